import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { addHostOptions, type HostOptions } from "../../options/client.ts";
import { print, printJson } from "../../output/print.ts";
import { replyOf } from "../../schemas/reply.ts";

interface DeleteOptions extends HostOptions {
  readonly yes?: boolean;
}

/** What `--json` prints. */
export const outputSchema = replyOf("deleteNamespace");

/** `opm namespace delete`: one without projects. */
export function define(command: Command): void {
  command.argument("<namespace>", "[host[:port]/]namespace").option("-y, --yes", "do not ask");
  addHostOptions(command).action(run);
  addExamples(command, ["opm namespace delete registry.example.com/team", "asks first; delete its projects before it"]);
}

async function run(text: string, options: DeleteOptions): Promise<void> {
  const [{ projectArgument }, { withPackageApi }, { confirm }] = await Promise.all([
    import("../../arguments/host.ts"),
    import("../../sessions/package.ts"),
    import("../../prompts/confirm.ts"),
  ]);
  const { registry, parts, name } = await projectArgument(text, options, ["namespace"]);
  const [namespace = ""] = parts;
  const reply = await withPackageApi(options, { registry, what: `cannot delete the namespace ${name}` }, async ({ call, signal }) => {
    await confirm(`Delete the namespace ${name}?`, { yes: options.yes === true, signal });
    return await call("deleteNamespace", { namespace });
  });
  if (options.json === true) return printJson(reply);
  if (options.quiet !== true) print(`deleted namespace ${name}`);
}
