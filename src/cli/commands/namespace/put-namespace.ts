import type { Command } from "commander";
import { addHostOptions, type HostOptions } from "../../options/client.ts";
import { addDescriptionOptions, type DescriptionOptions, describedBy } from "../../options/description.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { print, printJson } from "../../output/print.ts";

interface NamespaceOptions extends HostOptions, DescriptionOptions {}

/** What `create` and `edit` take, and that they do it. */
export function definePut(command: Command, verb: "create" | "edit"): void {
  command.argument("<namespace>", "[host[:port]/]namespace");
  addHostOptions(addDescriptionOptions(command, { edit: verb === "edit" })).action((name: string, options: NamespaceOptions) => put(name, options, verb));
}

async function put(text: string, options: NamespaceOptions, verb: "create" | "edit"): Promise<void> {
  const [{ projectArgument }, { withPackageApi }, { isClientError }] = await Promise.all([
    import("../../arguments/host.ts"),
    import("../../sessions/package.ts"),
    import("../../../client/client-error.ts"),
  ]);
  const { registry, parts, name } = await projectArgument(text, options, ["namespace"]);
  const [namespace = ""] = parts;
  const reply = await withPackageApi(options, { registry, what: `cannot ${verb} the namespace ${name}` }, async ({ call }) => {
    const before = await call("getNamespace", { namespace }).catch((error: unknown) => {
      if (verb === "create" && isClientError(error, "not-found")) return undefined;
      throw error;
    });
    if (verb === "create" && before?.declared === true) {
      throw new CliError(EXIT.invalid, `the namespace ${name} is there already: change it with 'opm namespace edit'`);
    }
    return await call("putNamespace", { namespace, body: describedBy(options, before) });
  });
  if (options.json === true) return printJson(reply);
  if (options.quiet !== true) print(`${verb === "create" ? "created" : "changed"} namespace ${name}`);
}
