import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { addClientOptions, type ClientOptions } from "../../options/client.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { printJson, printTable } from "../../output/print.ts";
import { withComponents } from "../../sessions/component.ts";
import type { ComponentListOutput } from "./list.output.ts";

interface ListOptions extends ClientOptions {
  readonly range?: string;
  readonly latest?: boolean;
}

/** Components whose versions are asked for at a time. */
const CONCURRENCY = 4;

/** What `--json` prints. */
export const outputSchema = async () => (await import("./list.output.ts")).componentListOutput;

/** `opm component list`: the versions of a component, or the components of a repository. */
export function define(command: Command): void {
  command
    .argument("<reference>", "<repository>//<component>, or <repository>")
    .option("--range <range>", "only versions in this range, e.g. ^1.2 or '>=1 <3'")
    .option("--latest", "only the highest version, a release where there is one");
  addClientOptions(command).action(run);
  addExamples(
    command,
    ["opm component list ./product.tgz", "what an archive holds"],
    ["opm component list registry.example.com/delivery//acme.org/app --range ^1", "versions, ascending"],
  );
}

async function run(text: string, options: ListOptions): Promise<void> {
  const [{ parseRepositoryOrComponent }, { createLimiter }, { matchingVersions }] = await Promise.all([
    import("../../../components/component-reference.ts"),
    import("../../../client/limiter.ts"),
    import("../../../components/matching-versions.ts"),
  ]);
  // a range that is none is told before anything is opened
  matchingVersions([], options);
  const place = parseRepositoryOrComponent(text);
  if (place.component !== undefined && (place.version !== undefined || place.digest !== undefined)) {
    throw new CliError(EXIT.invalid, `'${text}' names one version: leave it out to list them all, or use 'opm component get'`);
  }
  const output = await withComponents(
    { ...options, quiet: options.quiet === true || options.json === true },
    async ({ open, signal }): Promise<ComponentListOutput> => {
      const repository = await open(place.repository);
      const limiter = createLimiter(CONCURRENCY);
      const names = place.component === undefined ? await Array.fromAsync(repository.components({ signal })) : [place.component];
      const listed = names.sort().map((name) =>
        limiter.run(async () => {
          return { component: name, versions: [...matchingVersions(await repository.versions(name, { signal }), options)] };
        }),
      );
      const components = (await Promise.all(listed)).filter(({ versions }) => versions.length > 0);
      if (components.length === 0 && place.component !== undefined && options.range === undefined) {
        throw new CliError(EXIT.notFound, `there is no component ${place.component} in ${place.place}`);
      }
      return { repository: place.place, components };
    },
  );
  if (options.json === true) return printJson(output);
  printTable(
    ["COMPONENT", "VERSION"],
    output.components.flatMap(({ component, versions }) => versions.map((version) => [component, version])),
  );
}
