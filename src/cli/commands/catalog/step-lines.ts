import type { PlanStep } from "../../../api/administration.ts";

/** What is done, or would be, a line each. */
export function stepLines(steps: readonly PlanStep[]): string[] {
  return steps.flatMap(({ action, kind, name, changes }) => [
    `${SIGNS[action]} ${kind} ${name}`,
    ...(action === "change" ? changes.map(({ field, from, to }) => `    ${field}: ${show(from)} -> ${show(to)}`) : []),
  ]);
}

const SIGNS = { create: "+", change: "~", remove: "-" } as const;

function show(value: unknown): string {
  return value === undefined || value === null ? "(none)" : typeof value === "string" ? value : JSON.stringify(value);
}

/** `1 change`, `2 changes` */
export function countSteps(steps: number): string {
  return `${steps} ${steps === 1 ? "change" : "changes"}`;
}
