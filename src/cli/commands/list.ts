import { type Command, Option } from "commander";
import type { PackagesQuery } from "../../client/packages/package-source.ts";
import { addExamples } from "../help/examples.ts";
import { addHostOptions, type HostOptions } from "../options/client.ts";
import { addLimitOptions, type LimitOptions, limitOf, noteRest } from "../options/limit.ts";
import { addFilterOptions, type FilterOptions, filterQuery } from "../options/package-filter.ts";
import { print, printJson, printTable } from "../output/print.ts";
import { shortTime } from "../output/short-text.ts";

interface ListOptions extends HostOptions, LimitOptions, FilterOptions {
  readonly query?: string;
  readonly sort?: Sort;
}

type Sort = NonNullable<PackagesQuery["sort"]>;

const SORTS: readonly Sort[] = ["name", "-name", "updated", "-updated", "pulls", "-pulls", "semver", "-semver"];

/** What `--json` prints. */
export const outputSchema = async () => (await import("../../client/packages/answers.ts")).packagesAnswer;

/** `opm list`: the packages of a registry. */
export function define(command: Command): void {
  command.argument("[pattern]", "[host[:port]/]glob or part of the name; * within a part, ** across");
  addFilterOptions(command)
    .option("--query <words>", "words of name, title, description or annotations")
    .addOption(new Option("--sort <key>", "order of the list; - for the last first").choices(SORTS));
  addHostOptions(addLimitOptions(command)).action(listPackages);
  addExamples(
    command,
    ["opm list registry.example.com", "what there is"],
    ["opm list 'registry.example.com/team/**' --platform linux/arm64", "what of a team runs on ARM"],
    ["opm list localhost:5000 -t application/vnd.cncf.helm.config.v1+json", "the Helm charts"],
    ["opm list localhost:5000 --referrer application/spdx+json --signed", "what is signed and has an SBOM"],
  );
}

/** Prints what `opm list` prints. */
export async function listPackages(pattern: string | undefined, options: ListOptions): Promise<void> {
  const [{ hostArgument }, { withPackages }, { typeTitle }] = await Promise.all([
    import("../arguments/host.ts"),
    import("../sessions/package.ts"),
    import("./type-advice.ts"),
  ]);
  const { registry, rest } = await hostArgument(pattern ?? "", options);
  const { query, sort } = options;
  const wanted: PackagesQuery = { ...filterQuery(options), ...(rest !== "" && { name: rest }), ...(query && { q: query }), ...(sort && { sort }) };
  const answer = await withPackages(options, registry, ({ source }) => source.packages(wanted, { limit: limitOf(options) }));
  if (options.json === true) return printJson(answer);
  if (answer.source === "computed") print(...answer.repositories.map(({ name }) => name));
  else {
    const pulled = sort === "pulls" || sort === "-pulls";
    printTable(
      ["NAME", "LATEST", ...(pulled ? ["PULLS"] : []), "TYPE", "UPDATED"],
      answer.repositories.map(({ name, latest, contentType, pulls, updated }) => {
        return [name, latest?.tag ?? "-", ...(pulled ? [String(pulls)] : []), typeTitle(contentType), shortTime(updated)];
      }),
      { cut: pulled ? [3, 4, 1] : [2, 3, 1] },
    );
  }
  noteRest({ rows: answer.repositories, more: answer.more }, options);
}
