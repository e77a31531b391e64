import type { PolicyResult } from "./build.ts";

/** Objects that a line names before it only counts. */
const NAMED = 3;

/** What became of each policy, for people: `policy non-root of example.com/platform@v0.1.0: Deployment/web, Deployment/api`. */
export function policyLines(policies: readonly PolicyResult[]): string[] {
  return policies.map(({ name, mode, origin, objects, violations }) => {
    const title = `policy ${name} of ${origin}${mode === "block" ? "" : ` (${mode})`}`;
    if (violations.length > 0) return `${title}: ${violations.length === 1 ? "a violation" : `${violations.length} violations`}`;
    if (objects.length === 0) return `${title}: no object`;
    const rest = objects.length - NAMED;
    return `${title}: ${objects.slice(0, NAMED).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
  });
}
