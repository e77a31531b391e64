import { isClientError } from "../../client/client-error.ts";
import { ModuleError } from "../helper/helper.ts";
import type { Diagnostic } from "../helper/protocol.ts";

/** What came of one check: a value, reasons to refuse, or why it could not be made. */
export interface Judgement<T> {
  readonly value: T | undefined;
  readonly refusals: readonly Diagnostic[];
  readonly failure: Error | undefined;
}

/**
 * Runs a check whose refusals do not end the others.
 * @param check names findings that do not say it themselves
 * @throws what is no failure of a check: a cancellation, a defect
 */
export async function judge<T>(check: string, run: () => Promise<T>): Promise<Judgement<T>> {
  try {
    return { value: await run(), refusals: [], failure: undefined };
  } catch (error) {
    if (error instanceof ModuleError && (error.code === "refused" || error.code === "invalid")) {
      const found = error.diagnostics.length > 0 ? error.diagnostics : [finding(check, error.message)];
      return { value: undefined, refusals: found.map((diagnostic) => ({ check, ...diagnostic })), failure: undefined };
    }
    if (error instanceof ModuleError && error.code !== "cancelled") return { value: undefined, refusals: [], failure: error };
    if (isClientError(error)) return { value: undefined, refusals: [], failure: error };
    throw error;
  }
}

export function finding(check: string, message: string, positions: Diagnostic["positions"] = []): Diagnostic {
  return { check, message, positions };
}

/**
 * Ends the command where a check refused, or could not be made: with all refusals at once, else with the first failure.
 * @param root of the module; `what` is refused, e.g. `lib.test/base@v1 v1.0.0`
 * @throws ModuleError, ClientError
 */
export function settle({ what, root }: { readonly what: string; readonly root: string }, judgements: readonly Judgement<unknown>[]): void {
  const refusals = judgements.flatMap((judgement) => judgement.refusals);
  const failures = judgements.flatMap(({ failure }) => (failure === undefined ? [] : [failure]));
  if (refusals.length === 0) {
    const [first] = failures;
    if (first !== undefined) throw first;
    return;
  }
  const unjudged = failures.map((failure) => finding("not checked", failure.message));
  const count = refusals.length === 1 ? "1 problem" : `${refusals.length} problems`;
  throw new ModuleError("refused", `${what} was not published, because of ${count}; nothing was sent`, { diagnostics: [...refusals, ...unjudged], root });
}
