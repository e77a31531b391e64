import { type Command, InvalidArgumentError } from "commander";
import type { ReplyOf } from "../../client/extension/operation-request.ts";
import type { TagClass } from "../../oci/tag-class.ts";
import { addExamples } from "../help/examples.ts";
import { addHostOptions, type HostOptions } from "../options/client.ts";
import { classOption } from "../options/package-filter.ts";
import { parseAgeOption } from "../options/values.ts";
import { CliError, EXIT } from "../output/exit-code.ts";
import { print, printJson, printNote, printTable } from "../output/print.ts";
import { layOut } from "../output/table.ts";
import type { ApiSession } from "../sessions/package.ts";

interface PruneOptions extends HostOptions {
  readonly keepLast?: number;
  /** Seconds. */
  readonly olderThan?: number;
  readonly class?: TagClass[];
  readonly name?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

type Pruned = ReplyOf<"pruneTags">;

/** Repositories that a glob may name. */
const REPOSITORY_LIMIT = 10_000;

/** Requests for one repository: each removes up to a thousand tags. */
const ROUND_LIMIT = 1000;

/** What `--json` prints. */
export const outputSchema = async () => (await import("./prune.output.ts")).pruneOutput;

/** `opm prune`: removes old versions. */
export function define(command: Command): void {
  command
    .argument("<repository>", "[host[:port]/]name, or a glob over names in quotes")
    .option("--keep-last <number>", "keep so many of each class, the highest versions", parseNumber)
    .option("--older-than <age>", "only what was not changed for so long, e.g. 90d", parseAgeOption)
    .addOption(classOption("tags of this class (repeatable; default: semver)"))
    .option("--name <glob>", "only tags like this, e.g. 'nightly-*'")
    .option("--dry-run", "only say what would be removed")
    .option("-y, --yes", "do not ask");
  addHostOptions(command).action(run);
  addExamples(
    command,
    ["opm prune registry.example.com/team/app --keep-last 10 --dry-run", "what ten versions would leave behind"],
    ["opm prune 'localhost:5000/team/**' --older-than 90d --class opaque --yes", "builds of last season, in all repositories of a team"],
  );
}

function parseNumber(text: string): number {
  if (!/^[0-9]{1,6}$/.test(text)) throw new InvalidArgumentError("Expected a whole number.");
  return Number(text);
}

async function run(text: string, options: PruneOptions): Promise<void> {
  const { keepLast, olderThan } = options;
  if (keepLast === undefined && olderThan === undefined) throw new CliError(EXIT.invalid, "what is old? give --keep-last <number>, --older-than <age> or both");
  const [{ hostArgument }, { withPackageApi }, { confirm }] = await Promise.all([
    import("../arguments/host.ts"),
    import("../sessions/package.ts"),
    import("../prompts/confirm.ts"),
  ]);
  const { registry, rest } = await hostArgument(text, options);
  const results = await withPackageApi(options, { registry, what: `cannot prune ${text}` }, async (session) => {
    const names = await repositories(session, rest);
    if (options.dryRun === true) return await pruneAll(session, names, { options, dryRun: true });
    if (options.yes !== true) {
      const planned = await pruneAll(session, names, { options, dryRun: true });
      const count = planned.reduce((sum, { removed }) => sum + removed.length, 0);
      if (count === 0) return planned;
      for (const line of layOut(HEADER, rowsOf(planned))) printNote(line);
      await confirm(`Remove ${planned.some(({ more }) => more) ? "these tags and more" : tagCount(count)} from ${registry}?`, {
        yes: false,
        signal: session.signal,
      });
    }
    return await pruneAll(session, names, { options, dryRun: false });
  });
  if (options.json === true) return printJson({ registry, repositories: results });
  if (options.quiet === true) return;
  if (options.dryRun === true || options.yes === true) printTable(HEADER, rowsOf(results), { cut: [3] });
  const count = results.reduce((sum, { removed }) => sum + removed.length, 0);
  print(`${tagCount(count)} ${options.dryRun === true ? "would be removed" : "removed"}`);
}

function tagCount(count: number): string {
  return `${count} ${count === 1 ? "tag" : "tags"}`;
}

/** The repositories that a name or glob stands for. */
async function repositories({ pages }: ApiSession, glob: string): Promise<string[]> {
  if (!glob.includes("*")) return [(await import("../../oci/name.ts")).parseRepositoryName(glob)];
  const { gather } = await import("../../client/packages/server-source.ts");
  const { rows, more } = await gather(pages("listPackages", { query: { name: glob, n: 1000 } }), (page) => page.repositories, REPOSITORY_LIMIT);
  if (more) throw new CliError(EXIT.invalid, `'${glob}' names more than ${REPOSITORY_LIMIT} repositories: prune them in parts`);
  if (rows.length === 0) throw new CliError(EXIT.notFound, `no repository that you may see is named like '${glob}'`);
  return rows.map(({ name }) => name);
}

async function pruneAll(
  { call, signal }: ApiSession,
  names: readonly string[],
  { options, dryRun }: { readonly options: PruneOptions; readonly dryRun: boolean },
): Promise<Pruned[]> {
  const { keepLast, olderThan, class: classes, name: glob } = options;
  const body = {
    ...(keepLast !== undefined && { keepLast }),
    ...(olderThan !== undefined && { olderThan: Math.floor(olderThan) }),
    ...(classes && { classes }),
    ...(glob && { name: glob }),
    dryRun,
  };
  const results: Pruned[] = [];
  for (const name of names) {
    let result = await call("pruneTags", { name, body });
    for (let round = 1; result.more && !dryRun && round < ROUND_LIMIT; round++) {
      signal.throwIfAborted();
      const next = await call("pruneTags", { name, body });
      if (next.removed.length === 0) break;
      result = { ...next, removed: [...result.removed, ...next.removed] };
    }
    results.push(result);
  }
  return results;
}

const HEADER = ["TAG", "CLASS", "UPDATED", "WHY"];

function rowsOf(results: readonly Pruned[]): string[][] {
  return results.flatMap(({ name, removed }) =>
    removed.map(({ tag, class: tagClass, updated, reason }) => [`${name}:${tag}`, tagClass, updated.slice(0, 10), reason]),
  );
}
