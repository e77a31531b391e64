import type { Command } from "commander";
import type { DependencyStatus, UpdatePlan } from "../../../modules/update/plan-update.ts";
import type { Update } from "../../../modules/update/update.ts";
import { addExamples } from "../../help/examples.ts";
import { addModuleOptions, type ModuleOptions } from "../../options/module.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { printJson, printNote, printTable, printWarning } from "../../output/print.ts";
import type { Asker } from "../../prompts/ask.ts";
import { type ModuleCommandSession, withModules } from "../../sessions/module.ts";
import type { UpdateOutput } from "./dependencies.output.ts";
import { showModuleProgress } from "./progress.ts";
import { describeDependencies, refuseProblems, reportDependencies } from "./report-dependencies.ts";

interface UpdateOptions extends ModuleOptions {
  readonly directory: string;
  readonly check?: boolean;
  readonly major?: boolean;
  readonly pre?: boolean;
  readonly yes?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./dependencies.output.ts")).updateOutput;

/** `opm mod update`: newer versions of dependencies. */
export function define(command: Command): void {
  command
    .argument("[dependency...]", "module paths, with or without @vN (default: all dependencies)")
    .option("-C, --directory <folder>", "the module, or a folder in it", ".")
    .option("--check", "only look: exit code 6 where something is newer")
    .option("--major", "other majors as well: imports are rewritten")
    .option("--pre", "pre-releases as well")
    .option("-y, --yes", "take them all without asking");
  addModuleOptions(command).action(run);
  addExamples(
    command,
    ["opm mod update", "ask for each newer version of the same major"],
    ["opm mod update --check", "for pipelines: exit code 6 where something is newer"],
    ["opm mod update --major --yes example.com/blog", "take the newest major of one dependency"],
  );
}

async function run(names: readonly string[], options: UpdateOptions): Promise<void> {
  const output = await withModules(options, async (session): Promise<UpdateOutput> => {
    const [{ findModuleRoot }, { planUpdate }] = await Promise.all([
      import("../../../modules/module-root.ts"),
      import("../../../modules/update/plan-update.ts"),
    ]);
    const { signal } = session;
    const root = await findModuleRoot(options.directory);
    const plan = await planUpdate(session, { root, names, major: options.major === true, pre: options.pre === true, signal });
    const planned = { root, changes: [], modules: [], changed: [], problems: [], ...describePlan(plan) };
    if (options.json !== true) showPlan(plan, options);
    if (options.check === true) return finish(planned, options, () => check(plan, options));
    const [failure] = plan.failures;
    if (failure !== undefined) return finish(planned, options, () => failure);
    const offered = plan.dependencies.flatMap(({ path, current, target }) => (target === undefined ? [] : [{ path, current, target }]));
    if (offered.length === 0) return planned;
    const { interviewFor } = await import("../../prompts/ask.ts");
    const interview = interviewFor({ yes: options.yes === true, signal });
    if (interview === undefined) return finish(planned, options, () => new CliError(EXIT.invalid, NOBODY));
    const chosen = await choose(offered, interview.ask).finally(interview.close);
    return chosen.length === 0 ? planned : { ...planned, ...(await update(session, chosen, { ...options, root })) };
  });
  if (options.json === true) printJson(output);
  else if (options.check !== true) report(output, options);
  await refuseProblems(output.problems, output);
}

const NOBODY = "there is no terminal to ask on: give --yes to take the newer versions, --check to only look";

/** Ends the command where there is something to say against it, with what is known. */
function finish(output: UpdateOutput, { json }: UpdateOptions, verdict: () => Error | undefined): UpdateOutput {
  const error = verdict();
  if (error === undefined) return output;
  // of others the session prints what there is to say
  if (json === true && error instanceof CliError) printJson(output);
  throw error;
}

function check({ dependencies, failures }: UpdatePlan, options: UpdateOptions): Error | undefined {
  const newer = dependencies.filter(({ target, major }) => target !== undefined || (options.major === true && major !== undefined));
  if (newer.length === 0) return failures[0];
  if (options.json !== true) for (const { message } of failures) printWarning(message);
  const what = newer.length === 1 ? "1 dependency has a newer version" : `${newer.length} dependencies have newer versions`;
  const flags = `${options.major === true ? " --major" : ""}${options.pre === true ? " --pre" : ""}`;
  return new CliError(EXIT.finding, newer.some(({ target }) => target !== undefined) ? `${what}: run 'opm mod update${flags}'` : what);
}

async function choose(offered: readonly (Update & { readonly current: string })[], asker: Asker): Promise<Update[]> {
  const chosen: Update[] = [];
  for (const { path, current, target } of offered) {
    const to = target.path === path ? target.version : `${target.path} ${target.version}`;
    if ((await asker(`${path} ${current} → ${to}?`)) === "yes") chosen.push({ path, target });
  }
  return chosen;
}

async function update(session: ModuleCommandSession, chosen: readonly Update[], options: UpdateOptions & { readonly root: string }) {
  const { updateDependencies } = await import("../../../modules/update/update.ts");
  const { root } = options;
  const progress = showModuleProgress(options);
  try {
    return describeDependencies(root, await updateDependencies(session, chosen, { root, signal: session.signal, onProgress: progress.onProgress }));
  } finally {
    progress.stop();
  }
}

function describePlan({ dependencies, failures }: UpdatePlan): Pick<UpdateOutput, "dependencies" | "failures"> {
  const named = (version: DependencyStatus["target"]) => (version === undefined ? null : { module: version.path, version: version.version });
  return {
    dependencies: dependencies.map(({ path, current, patch, minor, major, target, reason }) => {
      return { module: path, current, patch: patch ?? null, minor: minor ?? null, major: named(major), target: named(target), reason: reason ?? null };
    }),
    failures: failures.map(({ message }) => message),
  };
}

/** A row for each dependency with something newer. */
function showPlan({ dependencies, failures }: UpdatePlan, options: UpdateOptions): void {
  const newer = dependencies.filter(({ patch, minor, major }) => patch !== undefined || minor !== undefined || major !== undefined);
  if (newer.length > 0) {
    const cell = (version: string | undefined) => version ?? "-";
    printTable(
      ["MODULE", "CURRENT", "PATCH", "MINOR", "MAJOR"],
      newer.map(({ path, current, patch, minor, major }) => [
        path,
        current,
        cell(patch),
        cell(minor),
        major === undefined ? "-" : options.major === true ? `${major.path} ${major.version}` : major.version,
      ]),
    );
  }
  if (options.quiet === true) return;
  for (const { path, reason, major } of dependencies)
    if (reason !== undefined) printNote(`${path} stays: ${reason}, so that ${major?.path} would be of no use`);
  if (failures.length > 0 || dependencies.some(({ target }) => target !== undefined)) return;
  const majors = newer.length > 0 && options.major !== true ? "; there are other majors, which --major takes" : "";
  printNote(dependencies.length === 0 ? "there are no dependencies to look at" : `nothing is newer within the majors in use${majors}`);
}

function report(output: UpdateOutput, options: UpdateOptions): void {
  if (output.modules.length > 0) reportDependencies(output, options);
  else if (options.quiet !== true && output.dependencies.some(({ target }) => target !== null)) printNote("nothing was changed");
}
