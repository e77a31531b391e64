import { resolve } from "node:path";
import { ModuleError } from "./helper/helper.ts";
import type { HelperResult } from "./helper/protocol.ts";
import type { ModuleSession } from "./module-session.ts";
import { packagePattern } from "./package-pattern.ts";

export interface VetOptions {
  readonly root: string;
  /** Folders or import paths of packages, as typed in `from`; folders may end in `/...`. Default: all packages of the module. */
  readonly packages?: readonly string[];
  readonly from?: string;
  /** Files of values for `#config`, in place of `debugValues`. */
  readonly values?: readonly string[];
  /** Whether every regular field must have a value. */
  readonly concrete?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Evaluates a module's packages, and looks whether its policies hold.
 * @throws ModuleError `refused` with all findings
 */
export async function vetModule({ helper }: Pick<ModuleSession, "helper">, options: VetOptions): Promise<HelperResult<"vet">> {
  const { root, packages = [], from = root, values = [], concrete, signal } = options;
  const result = await helper.call(
    "vet",
    {
      root,
      ...(packages.length > 0 && { packages: packages.map((name) => packagePattern(name, { root, from })) }),
      ...(values.length > 0 && { values: values.map((file) => resolve(file)) }),
      ...(concrete !== undefined && { concrete }),
    },
    signal === undefined ? {} : { signal },
  );
  const violated = result.policies.filter(({ mode, violations }) => mode === "block" && violations.length > 0);
  const diagnostics = [...result.diagnostics, ...violated.flatMap((policy) => policy.violations)];
  if (diagnostics.length === 0) return result;
  const count = diagnostics.length === 1 ? "1 problem" : `${diagnostics.length} problems`;
  const names = violated.map(({ name, origin }) => `${name} of ${origin}`);
  const policies = names.length === 0 ? "" : `, against the ${names.length === 1 ? "policy" : "policies"} ${names.join(", ")}`;
  throw new ModuleError("refused", `the module is not valid: ${count}${policies}`, { diagnostics, root });
}
