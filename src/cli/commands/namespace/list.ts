import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { addHostOptions, type HostOptions } from "../../options/client.ts";
import { addLimitOptions, type LimitOptions, limitOf, noteRest } from "../../options/limit.ts";
import { printJson, printTable } from "../../output/print.ts";
import { pagesOf } from "../../schemas/reply.ts";

interface ListOptions extends HostOptions, LimitOptions {}

/** What `--json` prints. */
export const outputSchema = pagesOf("listNamespaces");

/** `opm namespace list`: those of a registry. */
export function define(command: Command): void {
  command.argument("[host]", "host[:port]");
  addHostOptions(addLimitOptions(command)).action(run);
  addExamples(command, ["opm namespace list registry.example.com", "with their owners and how many repositories they have"]);
}

async function run(host: string | undefined, options: ListOptions): Promise<void> {
  const [{ projectArgument }, { withPackageApi }, { gather }] = await Promise.all([
    import("../../arguments/host.ts"),
    import("../../sessions/package.ts"),
    import("../../../client/packages/server-source.ts"),
  ]);
  const { registry } = await projectArgument(host ?? "", options, []);
  const limit = limitOf(options);
  const { rows, more } = await withPackageApi(options, { registry, what: `cannot list the namespaces of ${registry}` }, ({ pages }) =>
    gather(pages("listNamespaces", { query: { n: Math.min(limit, 1000) } }), ({ namespaces }) => namespaces, limit),
  );
  if (options.json === true) return printJson({ namespaces: rows, more });
  printTable(
    ["NAMESPACE", "REPOSITORIES", "OWNER", "DESCRIPTION"],
    rows.map(({ name, repositories, owner, description }) => [name, String(repositories), owner ?? "-", description ?? ""]),
    { cut: [3, 2] },
  );
  noteRest({ rows, more }, options);
}
