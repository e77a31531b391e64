import { type Command, Option } from "commander";
import type { OperationRequest, ReplyOf } from "../../client/extension/operation-request.ts";
import { addExamples } from "../help/examples.ts";
import { addHostOptions, type HostOptions } from "../options/client.ts";
import { collectOption } from "../options/collect.ts";
import { addDescriptionOptions, type DescriptionOptions, describedBy } from "../options/description.ts";
import { addLimitOptions, type LimitOptions, limitOf } from "../options/limit.ts";
import { noteRest } from "../output/note-rest.ts";
import { print, printJson, printTable } from "../output/print.ts";

type Level = "off" | "warn" | "enforce";

interface EditOptions extends HostOptions, DescriptionOptions {
  readonly visibility?: "private" | "public";
  readonly typePolicy?: Level;
  readonly versionPolicy?: Level;
  readonly dependentPolicy?: Level;
  readonly claim?: readonly string[];
  readonly removeClaim?: readonly string[];
}
interface ListOptions extends HostOptions, LimitOptions {}
interface DeleteOptions extends HostOptions {
  readonly yes?: boolean;
}

const NAME = "[host[:port]/]namespace/project";
const PARTS = ["namespace", "project"];
const LEVELS: readonly Level[] = ["off", "warn", "enforce"];

/** `opm project`: what repositories are in, with its policies. */
export function registerProject(program: Command): void {
  const project = program.command("project").description("manage projects, which hold repositories");
  const creating = addProjectOptions(project.command("create").description("create a project").argument("<project>", NAME), { edit: false });
  addHostOptions(creating).action((name: string, options: EditOptions) => put(name, options, "create"));
  addExamples(creating, ["opm project create registry.example.com/team/web --version-policy enforce", "versions there never change"]);
  const editing = addProjectOptions(project.command("edit").description("change a project").argument("<project>", NAME), { edit: true });
  addHostOptions(editing).action((name: string, options: EditOptions) => put(name, options, "edit"));
  addExamples(editing, ["opm project edit localhost:5000/team/web --claim 'legacy/web-*'", "repositories belong to it whatever their names say"]);
  const deleting = project
    .command("delete")
    .description("remove a project; its repositories stay")
    .argument("<project>", NAME)
    .option("-y, --yes", "do not ask");
  addHostOptions(deleting).action(remove);
  addExamples(deleting, ["opm project delete registry.example.com/team/web", "its policies go, its repositories stay"]);
  const listing = project.command("list").description("list projects").argument("[place]", "[host[:port]/][namespace]");
  addHostOptions(addLimitOptions(listing)).action(list);
  addExamples(listing, ["opm project list registry.example.com/team", "those of a namespace, with their policies"]);
}

function addProjectOptions(command: Command, { edit }: { readonly edit: boolean }): Command {
  addDescriptionOptions(command, { edit })
    .addOption(new Option("--visibility <visibility>", "public: everybody may pull").choices(["private", "public"]))
    .addOption(new Option("--type-policy <level>", "one content type a repository").choices(LEVELS))
    .addOption(new Option("--version-policy <level>", "tags that are versions do not change").choices(LEVELS))
    .addOption(new Option("--dependent-policy <level>", "what others depend on is not deleted").choices(LEVELS))
    .option("--claim <glob>", "repositories that belong to it whatever their names say (repeatable)", collectOption);
  return edit ? command.option("--remove-claim <glob>", "take a claim away (repeatable)", collectOption) : command;
}

async function put(text: string, options: EditOptions, verb: "create" | "edit"): Promise<void> {
  const [{ placeArgument }, { withPackageApi }, { isClientError }] = await Promise.all([
    import("../arguments/place.ts"),
    import("../sessions/package.ts"),
    import("../../client/client-error.ts"),
  ]);
  const { registry, parts, name } = await placeArgument(text, options, PARTS);
  const [namespace = "", project = ""] = parts;
  const reply = await withPackageApi(options, { registry, what: `cannot ${verb} the project ${name}` }, async ({ call }) => {
    const before = await call("getProject", { namespace, project }).catch((error: unknown) => {
      if (verb === "create" && isClientError(error, "not-found")) return undefined;
      throw error;
    });
    if (verb === "create" && before?.declared === true) {
      const { CliError, EXIT } = await import("../output/exit-code.ts");
      throw new CliError(EXIT.invalid, `the project ${name} is there already: change it with 'opm project edit'`);
    }
    return await call("putProject", { namespace, project, body: bodyOf(options, before) });
  });
  if (options.json === true) return printJson(reply);
  if (options.quiet !== true) print(`${verb === "create" ? "created" : "changed"} project ${name}`);
}

function bodyOf(options: EditOptions, before: ReplyOf<"putProject"> | undefined): OperationRequest<"putProject">["body"] {
  const { typePolicy, versionPolicy, dependentPolicy, visibility = before?.visibility } = options;
  const policies = {
    ...before?.policies,
    ...(typePolicy && { types: typePolicy }),
    ...(versionPolicy && { versions: versionPolicy }),
    ...(dependentPolicy && { dependents: dependentPolicy }),
  };
  const removed = new Set(options.removeClaim);
  const repositories = [...new Set([...(before?.patterns ?? []), ...(options.claim ?? [])])].filter((glob) => !removed.has(glob));
  return {
    ...describedBy(options, before),
    ...(visibility && { visibility }),
    ...(Object.keys(policies).length > 0 && { policies }),
    ...(repositories.length > 0 && { repositories }),
  };
}

async function remove(text: string, options: DeleteOptions): Promise<void> {
  const [{ placeArgument }, { withPackageApi }, { confirm }] = await Promise.all([
    import("../arguments/place.ts"),
    import("../sessions/package.ts"),
    import("../prompts/confirm.ts"),
  ]);
  const { registry, parts, name } = await placeArgument(text, options, PARTS);
  const [namespace = "", project = ""] = parts;
  const reply = await withPackageApi(options, { registry, what: `cannot delete the project ${name}` }, async ({ call, signal }) => {
    await confirm(`Delete the project ${name}? Its repositories stay.`, { yes: options.yes === true, signal });
    return await call("deleteProject", { namespace, project });
  });
  if (options.json === true) return printJson(reply);
  if (options.quiet !== true) print(`deleted project ${name}`);
}

async function list(place: string | undefined, options: ListOptions): Promise<void> {
  const [{ hostArgument }, { withPackageApi }, { gather }] = await Promise.all([
    import("../arguments/host.ts"),
    import("../sessions/package.ts"),
    import("../../client/packages/server-source.ts"),
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
