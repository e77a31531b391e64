import type { Command } from "commander";
import { addExamples } from "../help/examples.ts";
import { addHostOptions, type HostOptions, registryHost } from "../options/client.ts";
import { noteRest, parseCount } from "../options/limit.ts";
import { addFilterOptions, type FilterOptions, filterQuery } from "../options/package-filter.ts";
import { printJson, printNote, printTable } from "../output/print.ts";

interface SearchOptions extends HostOptions, FilterOptions {
  readonly limit?: number;
}

/** Rows where the user does not say how many. */
const DEFAULT_LIMIT = 25;

/** What `--json` prints. */
export const outputSchema = async () => (await import("../../client/packages/answers.ts")).searchAnswer;

/** `opm search`: packages by words, the best first. */
export function define(command: Command): void {
  command.argument("<words...>", "all must occur; the last may be the start of a word");
  addFilterOptions(command).option("-n, --limit <number>", `rows at most (default: ${DEFAULT_LIMIT})`, parseCount);
  addHostOptions(command).action(run);
  addExamples(
    command,
    ["opm search --registry registry.example.com redis chart", "the best match first"],
    ["OPM_REGISTRY=localhost:5000 opm search web --platform linux/arm64", "the same with filters"],
  );
}

async function run(words: readonly string[], options: SearchOptions): Promise<void> {
  const [{ withPackages }, { typeTitle }] = await Promise.all([import("../sessions/package.ts"), import("./type-advice.ts")]);
  const registry = await registryHost(options);
  const query = { ...filterQuery(options), q: words.join(" ") };
  const answer = await withPackages(options, registry, ({ source }) => source.search(query, { limit: options.limit ?? DEFAULT_LIMIT }));
  if (options.json === true) return printJson(answer);
  printTable(
    ["NAME", "LATEST", "TYPE", "DESCRIPTION"],
    answer.results.map(({ name, latest, contentType, title, description }) => [name, latest?.tag ?? "-", typeTitle(contentType), description ?? title ?? ""]),
    { cut: [3, 2, 1] },
  );
  noteRest({ rows: answer.results, more: false }, options);
  if (answer.approximate && options.quiet !== true) printNote("there is more that matches: add words or filters");
}
