import { ModuleError } from "./helper.ts";
import { HELPER_METHODS, type HelperMethod, type HelperResult } from "./protocol.ts";

/** What to do when the helper does what it must not. */
export const HELPER_ADVICE = "run the command again, and report it if that does not help";

/** A result as its method has it. @throws ModuleError `internal` */
export function parseResult<M extends HelperMethod>(method: M, result: unknown): HelperResult<M> {
  const parsed = HELPER_METHODS[method]().result.safeParse(result);
  if (parsed.success) return parsed.data as HelperResult<M>;
  throw new ModuleError("internal", `the CUE helper answered ${method} in a way that this opm does not know: ${HELPER_ADVICE}`, { cause: parsed.error });
}
