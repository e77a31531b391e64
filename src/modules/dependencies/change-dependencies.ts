import { withModuleLock } from "../files/module-lock.ts";
import { writeModuleTexts } from "../files/write-texts.ts";
import type { DependencyChange, Diagnostic, HelperParams } from "../helper/protocol.ts";
import type { ModuleSession } from "../module-session.ts";
import { judge } from "../publish/judgement.ts";
import { type DownloadedModule, type DownloadOptions, downloadModules } from "./download.ts";
import { type ImportRewrite, rewriteImports } from "./rewrite-imports.ts";

/** Dependencies to set to exact versions, those to take away, and imports that change with them. */
export interface DependencyRequest extends Pick<HelperParams<"get">, "require" | "drop"> {
  readonly rewrites?: readonly ImportRewrite[];
}

/** What came of it. */
export interface ChangedDependencies {
  readonly changes: readonly DependencyChange[];
  /** All that the module is built of. */
  readonly modules: readonly DownloadedModule[];
  /** Files that were written, relative to the root. */
  readonly files: readonly string[];
  /** What is wrong with the module since the change, and was not before. */
  readonly problems: readonly Diagnostic[];
}

export interface ChangeOptions extends Omit<DownloadOptions, "force"> {
  readonly root: string;
}

/**
 * Changes the dependencies of a module: works out all versions, fetches what it is then built of, and writes the module file last.
 * Nothing is written unless everything is there.
 * @throws ModuleError `refused` where another module requires a higher version; `not-found`, `network`, `permission`, `invalid`
 */
export async function changeDependencies(session: ModuleSession, request: DependencyRequest, options: ChangeOptions): Promise<ChangedDependencies> {
  const { root, signal } = options;
  const call = signal === undefined ? {} : { signal };
  const { require, drop = [], rewrites = [] } = request;
  const work = async (): Promise<ChangedDependencies> => {
    const { texts, changes, buildList } = await session.helper.call("get", { root, require, ...(drop.length > 0 && { drop }) }, call);
    // an import that there was nothing for before cannot become worse
    const isTouched = rewrites.length > 0 || changes.some(({ from, to }) => from !== undefined && from !== to);
    const [modules, before] = await Promise.all([downloadModules(session, buildList, options), isTouched ? findProblems(session, { root, ...call }) : []]);
    const rewritten = await rewriteImports(session, rewrites, { root, ...call });
    const files = await writeModuleTexts(root, texts).catch(async (error) => {
      await rewritten.undo();
      throw error;
    });
    const problems = isTouched && before.length === 0 ? await findProblems(session, { root, ...call }) : [];
    return { changes, modules, files: [...rewritten.files, ...files], problems };
  };
  return await withModuleLock(root, work, call);
}

interface Call {
  readonly root: string;
  readonly signal?: AbortSignal;
}

/** What is wrong with a module's packages by themselves, also where they cannot be loaded at all. */
async function findProblems({ helper }: Pick<ModuleSession, "helper">, { root, signal }: Call): Promise<readonly Diagnostic[]> {
  const judged = await judge("evaluation", () => helper.call("vet", { root }, signal === undefined ? {} : { signal }));
  if (judged.failure !== undefined) return [{ check: "evaluation", message: judged.failure.message, positions: [] }];
  return judged.value?.diagnostics ?? judged.refusals;
}
