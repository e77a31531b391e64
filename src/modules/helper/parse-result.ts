import { ModuleError } from "./helper.ts";
import type { HelperMethod, HelperResult } from "./protocol.ts";

/** What to do when the helper does what it must not. */
export const HELPER_ADVICE = "run the command again, and report it if that does not help";

/**
 * A result as its method has it. The helper that this executable carries is built with it, and says what it says in the source tree, where
 * all of it is parsed: loading the schemas takes longer than a small module.
 * @throws ModuleError `internal`
 */
export async function parseResult<M extends HelperMethod>(
  method: M,
  result: unknown,
  { isCarried }: { readonly isCarried: boolean },
): Promise<HelperResult<M>> {
  if (isCarried) return result as HelperResult<M>;
  const { HELPER_METHODS } = await import("./protocol.ts");
  const parsed = HELPER_METHODS[method]().result.safeParse(result);
  if (parsed.success) return parsed.data as HelperResult<M>;
  throw new ModuleError("internal", `the CUE helper answered ${method} in a way that this opm does not know: ${HELPER_ADVICE}`, { cause: parsed.error });
}
