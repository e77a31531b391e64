import type { Command } from "commander";
import type { RepositoryName } from "../../oci/name.ts";
import { addExamples } from "../help/examples.ts";
import { addHostOptions, type HostOptions } from "../options/client.ts";
import { addDescriptionOptions, type DescriptionOptions, describedBy } from "../options/description.ts";
import { addLimitOptions, type LimitOptions } from "../options/limit.ts";
import { print, printJson } from "../output/print.ts";

interface EditOptions extends HostOptions, DescriptionOptions {
  readonly type?: string;
}
interface DeleteOptions extends HostOptions {
  readonly yes?: boolean;
}

const NAME = "[host[:port]/]name";

/** `opm repository`: what tags are in. */
export function registerRepository(program: Command): void {
  const repository = program.command("repository").description("manage repositories, which hold tags");
  const type = "effective type of its tags (default: that of the first one)";
  const creating = repository.command("create").description("create a repository before its first push").argument("<repository>", NAME);
  addHostOptions(addDescriptionOptions(creating, { edit: false }).option("-t, --type <type>", type)).action((name: string, options: EditOptions) =>
    put(name, options, "create"),
  );
  addExamples(creating, ["opm repository create example.com/team/web/app --description 'The shop'", "with a description from the start"]);
  const editing = repository.command("edit").description("change what is said of a repository").argument("<repository>", NAME);
  addHostOptions(addDescriptionOptions(editing, { edit: true }).option("-t, --type <type>", type)).action((name: string, options: EditOptions) =>
    put(name, options, "edit"),
  );
  addExamples(editing, ["opm repository edit localhost:5000/team/web/app --owner group:team", "what is not named stays"]);
  const deleting = repository.command("delete").description("remove a repository with its tags and manifests").argument("<repository>", NAME);
  addHostOptions(deleting.option("-y, --yes", "do not ask")).action(remove);
  addExamples(deleting, ["opm repository delete registry.example.com/team/web/app", "says what is in it, and asks first"]);
  const listing = repository
    .command("list")
    .description("list repositories, as 'opm list' does")
    .argument("[pattern]", "[host[:port]/]glob or part of the name");
  addHostOptions(addLimitOptions(listing)).action(list);
  addExamples(listing, ["opm repository list 'registry.example.com/team/**'", "those of a namespace"]);
}

async function nameOf(text: string, options: HostOptions): Promise<{ readonly registry: string; readonly repository: RepositoryName }> {
  const [{ hostArgument }, { parseRepositoryName }] = await Promise.all([import("../arguments/host.ts"), import("../../oci/name.ts")]);
  const { registry, rest } = await hostArgument(text, options);
  return { registry, repository: parseRepositoryName(rest) };
}

async function put(text: string, options: EditOptions, verb: "create" | "edit"): Promise<void> {
  const [{ withPackageApi }, { isClientError }] = await Promise.all([import("../sessions/package.ts"), import("../../client/client-error.ts")]);
  const { registry, repository: name } = await nameOf(text, options);
  const reply = await withPackageApi(options, { registry, what: `cannot ${verb} the repository ${registry}/${name}` }, async ({ call }) => {
    const before = await call("getPackage", { name }).catch((error: unknown) => {
      if (verb === "create" && isClientError(error, "not-found")) return undefined;
      throw error;
    });
    if (verb === "create" && before !== undefined) {
      const { CliError, EXIT } = await import("../output/exit-code.ts");
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

async function remove(text: string, options: DeleteOptions): Promise<void> {
  const [{ withPackageApi }, { confirm }] = await Promise.all([import("../sessions/package.ts"), import("../prompts/confirm.ts")]);
  const { registry, repository: name } = await nameOf(text, options);
  const reply = await withPackageApi(options, { registry, what: `cannot delete the repository ${registry}/${name}` }, async ({ call, signal }) => {
    const { counts } = await call("getPackage", { name });
    await confirm(`Delete ${registry}/${name} with its ${counts.tags} tags and ${counts.manifests} manifests?`, { yes: options.yes === true, signal });
    return await call("deleteRepository", { name });
  });
  if (options.json === true) return printJson(reply);
  if (options.quiet !== true) print(`deleted repository ${registry}/${name}`);
}

async function list(pattern: string | undefined, options: HostOptions & LimitOptions): Promise<void> {
  const { listPackages } = await import("./list.ts");
  await listPackages(pattern, options);
}
