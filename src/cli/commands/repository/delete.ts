import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { addHostOptions, type HostOptions } from "../../options/client.ts";
import { print, printJson } from "../../output/print.ts";
import { counted } from "../../output/short-text.ts";
import { replyOf } from "../../schemas/reply.ts";

interface DeleteOptions extends HostOptions {
  readonly yes?: boolean;
}

/** What `--json` prints. */
export const outputSchema = replyOf("deleteRepository");

/** `opm repository delete`: with all that is in it. */
export function define(command: Command): void {
  command.argument("<repository>", "[host[:port]/]name").option("-y, --yes", "do not ask");
  addHostOptions(command).action(run);
  addExamples(command, ["opm repository delete registry.example.com/team/web/app", "says what is in it, and asks first"]);
}

async function run(text: string, options: DeleteOptions): Promise<void> {
  const [{ repositoryArgument }, { withPackageApi }, { confirm }] = await Promise.all([
    import("../../arguments/host.ts"),
    import("../../sessions/package.ts"),
    import("../../prompts/confirm.ts"),
  ]);
  const { registry, repository: name } = await repositoryArgument(text, options);
  const reply = await withPackageApi(options, { registry, what: `cannot delete the repository ${registry}/${name}` }, async ({ call, signal }) => {
    const { counts } = await call("getPackage", { name });
    await confirm(`Delete ${registry}/${name} with its ${counted(counts.tags, "tag")} and ${counted(counts.manifests, "manifest")}?`, {
      yes: options.yes === true,
      signal,
    });
    return await call("deleteRepository", { name });
  });
  if (options.json === true) return printJson(reply);
  if (options.quiet !== true) print(`deleted repository ${registry}/${name}`);
}
