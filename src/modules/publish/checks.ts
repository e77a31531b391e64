import type { ModuleFile } from "../helper/protocol.ts";
import type { ModuleSession } from "../module-session.ts";
import { untidyFindings } from "../tidy/untidy-findings.ts";
import { finding, type Judgement, judge } from "./judgement.ts";
import type { PackedModule } from "./packed-module.ts";

interface CheckOptions {
  readonly root: string;
  readonly signal?: AbortSignal;
}

/** Whether the module's packages are free of errors, and its policies such that nobody can override them. The value is what to tell besides. */
export async function judgeContent({ helper }: Pick<ModuleSession, "helper">, { root, signal }: CheckOptions): Promise<Judgement<readonly string[]>> {
  const judged = await judge("evaluation", () => helper.call("vet", { root, mayBeEmpty: true }, signal === undefined ? {} : { signal }));
  if (judged.value === undefined) return { ...judged, value: undefined };
  const { diagnostics, policies, warnings } = judged.value;
  const blocked = policies.filter(({ mode }) => mode === "block").flatMap(({ violations }) => violations);
  const told = policies.filter(({ mode }) => mode !== "block").flatMap(({ violations }) => violations.map(({ message }) => message));
  const refusals = [...diagnostics.map((found) => ({ check: "evaluation", ...found })), ...blocked.map((found) => ({ ...found, check: "policy" }))];
  return { value: [...warnings, ...told], refusals, failure: undefined };
}

/** Whether others get all that the packages need. The value is what to tell besides. */
export async function judgePublished(
  { helper }: Pick<ModuleSession, "helper">,
  files: PackedModule["files"],
  { root, signal }: CheckOptions,
): Promise<Judgement<readonly string[]>> {
  const params = { root, files: files.map(({ path }) => path) };
  const judged = await judge("files", () => helper.call("published", params, signal === undefined ? {} : { signal }));
  const { diagnostics = [], notes = [] } = judged.value ?? {};
  return { value: notes, refusals: [...judged.refusals, ...diagnostics], failure: judged.failure };
}

/** Whether deps are what the imports need; who is to blame where they are not. */
export async function judgeTidiness(
  { helper }: Pick<ModuleSession, "helper">,
  file: ModuleFile,
  { root, signal }: CheckOptions,
): Promise<Judgement<undefined>> {
  const judged = await judge("tidy", () => helper.call("tidy", { root, frozen: true }, signal === undefined ? {} : { signal }));
  if (judged.value === undefined || judged.value.tidy) return { ...judged, value: undefined };
  const { changes, texts } = judged.value;
  // cue.mod/local-module.cue stays behind
  if (changes.length === 0 && texts.module === undefined && texts.local !== undefined) return { ...judged, value: undefined };
  return { value: undefined, failure: undefined, refusals: untidyFindings(changes, file.dependencies) };
}

/** The evaluation finds what is missing, too: it is told once. */
export function withoutTidiness(content: Judgement<readonly string[]>, tidiness: Judgement<undefined>): Judgement<readonly string[]> {
  return tidiness.refusals.length === 0 ? content : { ...content, refusals: content.refusals.filter(({ check }) => check !== "tidy") };
}

/** A module with replacements was looked at with them; whoever gets it has none. */
export function judgeLocal(file: ModuleFile, { allowed }: { readonly allowed: boolean }): Judgement<undefined> {
  if (!file.local || allowed) return { value: undefined, refusals: [], failure: undefined };
  const replaced = file.dependencies.filter(({ replaceWith }) => replaceWith !== undefined).map(({ path }) => path);
  const what = replaced.length === 0 ? "" : ` of ${replaced.join(", ")}`;
  const message = `the module is checked with the replacements${what} in cue.mod/local-module.cue, which are not published: remove the file, or give --allow-local`;
  return { value: undefined, refusals: [finding("local", message, [{ file: "cue.mod/local-module.cue", line: 0, column: 0 }])], failure: undefined };
}
