import type { Diagnostic } from "../helper/protocol.ts";
import type { ModuleSession } from "../module-session.ts";
import { judge } from "../publish/judgement.ts";

interface Call {
  readonly root: string;
  readonly signal?: AbortSignal;
}

/** What is wrong with a module's packages by themselves, also where they cannot be loaded at all. */
export async function findProblems({ helper }: Pick<ModuleSession, "helper">, { root, signal }: Call): Promise<readonly Diagnostic[]> {
  const judged = await judge("evaluation", () => helper.call("vet", { root }, signal === undefined ? {} : { signal }));
  if (judged.failure !== undefined) return [{ check: "evaluation", message: judged.failure.message, positions: [] }];
  return judged.value?.diagnostics ?? judged.refusals;
}
