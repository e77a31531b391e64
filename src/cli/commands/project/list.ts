import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { addHostOptions, type HostOptions } from "../../options/client.ts";
import { addLimitOptions, type LimitOptions, limitOf, noteRest } from "../../options/limit.ts";
import { printJson, printTable } from "../../output/print.ts";
import { pagesOf } from "../../schemas/reply.ts";

interface ListOptions extends HostOptions, LimitOptions {}

/** What `--json` prints. */
export const outputSchema = pagesOf("listProjects");

/** `opm project list`: those of a registry, or of a namespace. */
export function define(command: Command): void {
  command.argument("[place]", "[host[:port]/][namespace]");
  addHostOptions(addLimitOptions(command)).action(run);
  addExamples(command, ["opm project list registry.example.com/team", "those of a namespace, with their policies"]);
}

async function run(place: string | undefined, options: ListOptions): Promise<void> {
  const [{ hostArgument }, { withPackageApi }, { gather }] = await Promise.all([
    import("../../arguments/host.ts"),
    import("../../sessions/package.ts"),
    import("../../../client/packages/server-source.ts"),
  ]);
  const { registry, rest: namespace } = await hostArgument(place ?? "", options);
  const limit = limitOf(options);
  const query = { n: Math.min(limit, 1000), ...(namespace && { namespace }) };
  const { rows, more } = await withPackageApi(options, { registry, what: `cannot list the projects of ${registry}` }, ({ pages }) =>
    gather(pages("listProjects", { query }), ({ projects }) => projects, limit),
  );
  if (options.json === true) return printJson({ projects: rows, more });
  printTable(
    ["PROJECT", "REPOSITORIES", "VISIBILITY", "TYPES", "VERSIONS", "DEPENDENTS"],
    rows.map(({ namespace, name, repositories, visibility, policies }) => [
      `${namespace}/${name}`,
      String(repositories),
      visibility,
      policies.types,
      policies.versions,
      policies.dependents,
    ]),
    { cut: [5, 4, 3, 2] },
  );
  noteRest({ rows, more }, options);
}
