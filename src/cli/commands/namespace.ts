import type { Command } from "commander";
import { addExamples } from "../help/examples.ts";
import { addHostOptions, type HostOptions } from "../options/client.ts";
import { addDescriptionOptions, type DescriptionOptions, describedBy } from "../options/description.ts";
import { addLimitOptions, type LimitOptions, limitOf } from "../options/limit.ts";
import { noteRest } from "../output/note-rest.ts";
import { print, printJson, printTable } from "../output/print.ts";

interface EditOptions extends HostOptions, DescriptionOptions {}
interface ListOptions extends HostOptions, LimitOptions {}
interface DeleteOptions extends HostOptions {
  readonly yes?: boolean;
}

const NAME = "[host[:port]/]namespace";

/** `opm namespace`: what projects are in. */
export function registerNamespace(program: Command): void {
  const namespace = program.command("namespace").description("manage namespaces, which hold projects");
  const creating = namespace.command("create").description("create a namespace").argument("<namespace>", NAME);
  addHostOptions(addDescriptionOptions(creating, { edit: false })).action((name: string, options: EditOptions) => put(name, options, "create"));
  addExamples(creating, ["opm namespace create registry.example.com/team --owner group:team", "a place for the projects of a team"]);
  const editing = namespace.command("edit").description("change what is said of a namespace").argument("<namespace>", NAME);
  addHostOptions(addDescriptionOptions(editing, { edit: true })).action((name: string, options: EditOptions) => put(name, options, "edit"));
  addExamples(editing, ["opm namespace edit registry.example.com/team --label cost=4711 --owner ann", "what is not named stays"]);
  const deleting = namespace
    .command("delete")
    .description("remove a namespace without projects")
    .argument("<namespace>", NAME)
    .option("-y, --yes", "do not ask");
  addHostOptions(deleting).action(remove);
  addExamples(deleting, ["opm namespace delete registry.example.com/team", "asks first; delete its projects before it"]);
  const listing = namespace.command("list").description("list namespaces").argument("[host]", "host[:port]");
  addHostOptions(addLimitOptions(listing)).action(list);
  addExamples(listing, ["opm namespace list registry.example.com", "with their owners and how many repositories they have"]);
}

async function put(text: string, options: EditOptions, verb: "create" | "edit"): Promise<void> {
  const [{ placeArgument }, { withPackageApi }, { isClientError }] = await Promise.all([
    import("../arguments/place.ts"),
    import("../sessions/package.ts"),
    import("../../client/client-error.ts"),
  ]);
  const { registry, parts, name } = await placeArgument(text, options, ["namespace"]);
  const [namespace = ""] = parts;
  const reply = await withPackageApi(options, { registry, what: `cannot ${verb} the namespace ${name}` }, async ({ call }) => {
    const before = await call("getNamespace", { namespace }).catch((error: unknown) => {
      if (verb === "create" && isClientError(error, "not-found")) return undefined;
      throw error;
    });
    if (verb === "create" && before?.declared === true) {
      const { CliError, EXIT } = await import("../output/exit-code.ts");
      throw new CliError(EXIT.invalid, `the namespace ${name} is there already: change it with 'opm namespace edit'`);
    }
    return await call("putNamespace", { namespace, body: describedBy(options, before) });
  });
  if (options.json === true) return printJson(reply);
  if (options.quiet !== true) print(`${verb === "create" ? "created" : "changed"} namespace ${name}`);
}

async function remove(text: string, options: DeleteOptions): Promise<void> {
  const [{ placeArgument }, { withPackageApi }, { confirm }] = await Promise.all([
    import("../arguments/place.ts"),
    import("../sessions/package.ts"),
    import("../prompts/confirm.ts"),
  ]);
  const { registry, parts, name } = await placeArgument(text, options, ["namespace"]);
  const [namespace = ""] = parts;
  const reply = await withPackageApi(options, { registry, what: `cannot delete the namespace ${name}` }, async ({ call, signal }) => {
    await confirm(`Delete the namespace ${name}?`, { yes: options.yes === true, signal });
    return await call("deleteNamespace", { namespace });
  });
  if (options.json === true) return printJson(reply);
  if (options.quiet !== true) print(`deleted namespace ${name}`);
}

async function list(host: string | undefined, options: ListOptions): Promise<void> {
  const [{ placeArgument }, { withPackageApi }, { gather }] = await Promise.all([
    import("../arguments/place.ts"),
    import("../sessions/package.ts"),
    import("../../client/packages/server-source.ts"),
  ]);
  const { registry } = await placeArgument(host ?? "", options, []);
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
