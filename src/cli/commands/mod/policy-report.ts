import type { PolicyResult, RenderedModule } from "../../../modules/build/build.ts";
import { policyLines } from "../../../modules/build/policy-lines.ts";
import type { ModuleError } from "../../../modules/helper/helper.ts";
import { diagnosticLines } from "../../output/diagnostic-lines.ts";
import { printErrJson, printNote, printWarning } from "../../output/print.ts";

export interface PolicyReportOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly policyReport?: "json";
}

/** Says on standard error what became of the policies, and what else is to be known. Violations are told with `--quiet`, too. */
export function reportPolicies({ policies, warnings }: RenderedModule, root: string, options: PolicyReportOptions): void {
  if (options.policyReport === "json") printErrJson({ policies });
  if (options.json === true) return;
  for (const text of options.quiet === true ? [] : warnings) printWarning(text);
  for (const { name, origin, mode, violations } of policies) {
    if (violations.length === 0 || mode !== "warn" || options.policyReport === "json") continue;
    printWarning(`the policy ${name} of ${origin} is violated`);
    for (const line of diagnosticLines(violations, { root })) printNote(line);
  }
  if (options.quiet === true || options.policyReport === "json") return;
  for (const line of policyLines(policies)) printNote(line);
}

/** The report of a build that a policy refused. */
export function reportFailedPolicies({ details }: ModuleError, { policyReport }: PolicyReportOptions): void {
  const policies = details?.policies as readonly PolicyResult[] | undefined;
  if (policyReport === "json" && policies !== undefined) printErrJson({ policies });
}
