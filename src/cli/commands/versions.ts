import { type Command, Option } from "commander";
import type { TagAnswer } from "../../client/packages/answers.ts";
import { addExamples } from "../help/examples.ts";
import { addClientOptions, type ClientOptions } from "../options/client.ts";
import { addLimitOptions, type LimitOptions, limitOf, noteRest } from "../options/limit.ts";
import { collectPlatforms, PLATFORM_OPTION } from "../options/platform.ts";
import { CliError, EXIT } from "../output/exit-code.ts";
import { print, printJson, printTable } from "../output/print.ts";
import { shortDigest, shortList, shortTime } from "../output/short-text.ts";

interface VersionsOptions extends ClientOptions, LimitOptions {
  readonly range?: string;
  readonly prerelease?: boolean;
  readonly platform?: string[];
  readonly order?: "desc" | "asc";
  readonly allTags?: boolean;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("../../client/packages/answers.ts")).versionsAnswer;

/** What it prints with another option as well. */
export const optionSchemas = { "--all-tags": async () => (await import("../../client/packages/answers.ts")).tagsAnswer };

/** `opm versions`: the versions of a package, or all its tags with what they are for. */
export function define(command: Command): void {
  command
    .argument("<repository>", "host[:port]/name")
    .option("--range <range>", "only versions in this range, e.g. ^1.2 or '>=1 <3'")
    .option("--prerelease", "pre-releases, too")
    .option(PLATFORM_OPTION, "only what there is for this platform (repeatable)", collectPlatforms)
    .addOption(new Option("--order <order>", "the highest or the lowest first").choices(["desc", "asc"]))
    .option("--all-tags", "every tag with its class: version, floating, referrers, …");
  addClientOptions(addLimitOptions(command)).action(run);
  addExamples(
    command,
    ["opm versions registry.example.com/team/app", "1.10.0 comes before 1.9.0"],
    ["opm versions docker.io/library/alpine --range '~3.20' --platform linux/arm64", "any registry will do"],
    ["opm versions localhost:5000/team/app --all-tags", "which tags are no versions, and why"],
  );
}

async function run(text: string, options: VersionsOptions): Promise<void> {
  const [{ parseRepositoryReference }, { withPackages }] = await Promise.all([import("../../oci/image-reference.ts"), import("../sessions/package.ts")]);
  const { registry, repository } = parseRepositoryReference(text);
  const page = { limit: limitOf(options) };
  const { platform, range, prerelease, order } = options;
  if (options.allTags === true) {
    if (range !== undefined || prerelease !== undefined || order !== undefined) {
      throw new CliError(EXIT.invalid, "--all-tags lists more than versions: it does not go with --range, --prerelease and --order");
    }
    const answer = await withPackages(options, registry, ({ source }) => source.tags(repository, { ...(platform && { platform }) }, page));
    if (options.json === true) return printJson(answer);
    printTags(answer.tags);
    return noteRest({ rows: answer.tags, more: answer.more }, options);
  }
  const query = { ...(platform && { platform }), ...(range && { range }), ...(prerelease && { prerelease }), ...(order && { order }) };
  const answer = await withPackages(options, registry, ({ source }) => source.versions(repository, query, page));
  if (options.json === true) return printJson(answer);
  printVersions(answer.versions);
  const floating = Object.entries(answer.floating);
  if (floating.length > 0 && options.quiet !== true) {
    print("");
    printTable(
      ["FLOATING", "STANDS FOR"],
      floating.map(([tag, version]) => [tag, version ?? "-"]),
    );
  }
  noteRest({ rows: answer.versions, more: answer.more }, options);
}

function printVersions(versions: readonly TagAnswer[]): void {
  printKnown([
    ["VERSION", versions.map(({ tag }) => tag)],
    ["DIGEST", versions.map(({ descriptor }) => shortDigest(descriptor.digest))],
    ["PLATFORMS", versions.map(({ platforms }) => shortList(platforms, 2))],
    ["UPDATED", versions.map(({ updated }) => shortTime(updated))],
  ]);
}

function printTags(tags: readonly TagAnswer[]): void {
  printKnown([
    ["TAG", tags.map(({ tag }) => tag)],
    ["CLASS", tags.map((row) => row.class)],
    ["RULE", tags.map(({ rule }) => rule)],
    ["STANDS FOR", tags.map(({ resolvesTo }) => resolvesTo ?? "-")],
    ["DIGEST", tags.map(({ descriptor }) => shortDigest(descriptor.digest))],
    ["UPDATED", tags.map(({ updated }) => shortTime(updated))],
  ]);
}

/** A table of the columns of which something is known. */
function printKnown(columns: readonly (readonly [string, readonly string[]])[]): void {
  const [first, ...more] = columns;
  if (first === undefined) return;
  const shown = [first, ...more.filter(([, cells]) => cells.some((cell) => cell !== "-"))];
  printTable(
    shown.map(([title]) => title),
    first[1].map((_, row) => shown.map(([, cells]) => cells[row] ?? "-")),
  );
}
