import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { addHostOptions, type HostOptions } from "../../options/client.ts";
import { print, printJson } from "../../output/print.ts";
import { replyOf } from "../../schemas/reply.ts";

interface DeleteOptions extends HostOptions {
  readonly yes?: boolean;
}

/** What `--json` prints. */
export const outputSchema = replyOf("deleteProject");

/** `opm project delete`: its repositories stay. */
export function define(command: Command): void {
  command.argument("<project>", "[host[:port]/]namespace/project").option("-y, --yes", "do not ask");
  addHostOptions(command).action(run);
  addExamples(command, ["opm project delete registry.example.com/team/web", "its policies go, its repositories stay"]);
}

async function run(text: string, options: DeleteOptions): Promise<void> {
  const [{ projectArgument }, { withPackageApi }, { confirm }] = await Promise.all([
    import("../../arguments/host.ts"),
    import("../../sessions/package.ts"),
    import("../../prompts/confirm.ts"),
  ]);
  const { registry, parts, name } = await projectArgument(text, options, ["namespace", "project"]);
  const [namespace = "", project = ""] = parts;
  const reply = await withPackageApi(options, { registry, what: `cannot delete the project ${name}` }, async ({ call, signal }) => {
    await confirm(`Delete the project ${name}? Its repositories stay.`, { yes: options.yes === true, signal });
    return await call("deleteProject", { namespace, project });
  });
  if (options.json === true) return printJson(reply);
  if (options.quiet !== true) print(`deleted project ${name}`);
}
