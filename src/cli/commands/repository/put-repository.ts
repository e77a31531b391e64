import type { Command } from "commander";
import { addHostOptions, type HostOptions } from "../../options/client.ts";
import { addDescriptionOptions, type DescriptionOptions, describedBy } from "../../options/description.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { print, printJson } from "../../output/print.ts";

interface RepositoryOptions extends HostOptions, DescriptionOptions {
  readonly type?: string;
}

/** What `create` and `edit` take, and that they do it. */
export function definePut(command: Command, verb: "create" | "edit"): void {
  command.argument("<repository>", "[host[:port]/]name");
  addDescriptionOptions(command, { edit: verb === "edit" }).option("-t, --type <type>", "effective type of its tags (default: that of the first one)");
  addHostOptions(command).action((name: string, options: RepositoryOptions) => put(name, options, verb));
}

async function put(text: string, options: RepositoryOptions, verb: "create" | "edit"): Promise<void> {
  const [{ repositoryArgument }, { withPackageApi }, { isClientError }] = await Promise.all([
    import("../../arguments/host.ts"),
    import("../../sessions/package.ts"),
    import("../../../client/client-error.ts"),
  ]);
  const { registry, repository: name } = await repositoryArgument(text, options);
  const reply = await withPackageApi(options, { registry, what: `cannot ${verb} the repository ${registry}/${name}` }, async ({ call }) => {
    const before = await call("getPackage", { name }).catch((error: unknown) => {
      if (verb === "create" && isClientError(error, "not-found")) return undefined;
      throw error;
    });
    if (verb === "create" && before !== undefined) {
      throw new CliError(EXIT.invalid, `the repository ${registry}/${name} is there already: change it with 'opm repository edit'`);
    }
    // what artifacts say of themselves is not declared by an edit
    const contentType = options.type ?? before?.declared.contentType;
    const described = describedBy(options, before && { ...before, description: before.declared.description });
    return await call("putRepository", { name, body: { ...described, ...(contentType && { contentType }) } });
  });
  if (options.json === true) return printJson(reply);
  if (options.quiet !== true) print(`${verb === "create" ? "created" : "changed"} repository ${registry}/${name}`);
}
