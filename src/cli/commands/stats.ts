import type { Command } from "commander";
import { addExamples } from "../help/examples.ts";
import { addHostOptions, type HostOptions } from "../options/client.ts";
import { CliError, EXIT } from "../output/exit-code.ts";
import { print, printJson } from "../output/print.ts";
import { counted, formatAmount } from "../output/short-text.ts";
import { replyOf } from "../schemas/reply.ts";

interface StatsOptions extends HostOptions {
  readonly repository?: string;
}

/** What `--json` prints. */
export const outputSchema = replyOf("getStats");

/** `opm stats`: what de-duplication saves. */
export function define(command: Command): void {
  command.argument("[place]", "[host[:port]/][namespace[/project]]; without it the whole registry").option("--repository <name>", "of one repository only");
  addHostOptions(command).action(run);
  addExamples(command, ["opm stats registry.example.com", "of the whole registry"], ["opm stats localhost:5000/team/web", "of a project"]);
}

async function run(place: string | undefined, options: StatsOptions): Promise<void> {
  const [{ hostArgument }, { withPackageApi }] = await Promise.all([import("../arguments/host.ts"), import("../sessions/package.ts")]);
  const { registry, rest } = await hostArgument(place ?? "", options);
  const [namespace, project, ...more] = rest.split("/").filter(Boolean);
  if (more.length > 0) throw new CliError(EXIT.invalid, `'${place}' names more than a namespace and a project: for a repository give --repository`);
  const query = { ...(namespace && { namespace }), ...(project && { project }), ...(options.repository && { repository: options.repository }) };
  const reply = await withPackageApi(options, { registry, what: `cannot show statistics of ${registry}` }, ({ call }) => call("getStats", { query }));
  if (options.json === true) return printJson(reply);
  const { blobs, reclaimable, repositories } = reply;
  print(
    `Repositories:  ${repositories}`,
    `Blobs:         ${counted(blobs.references, "reference")} to ${counted(blobs.unique, "blob")}`,
    `Bytes:         ${formatAmount(blobs.logicalBytes)} in ${formatAmount(blobs.storedBytes)}, ratio ${blobs.ratio.toFixed(2)}`,
    `Reclaimable:   ${counted(reclaimable.blobs, "blob")}, ${formatAmount(reclaimable.bytes)}${reclaimable.oldest === null ? "" : `, since ${reclaimable.oldest.slice(0, 10)}`}`,
    `As of:         ${reply.asOf}${reply.approximate ? ", an estimate" : ""}`,
  );
}
