import { type Command, Option } from "commander";
import type { OperationRequest, ReplyOf } from "../../../client/extension/operation-request.ts";
import { addHostOptions, type HostOptions } from "../../options/client.ts";
import { addDescriptionOptions, type DescriptionOptions, describedBy } from "../../options/description.ts";
import { collectOption } from "../../options/values.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { print, printJson } from "../../output/print.ts";

type Level = "off" | "warn" | "enforce";

interface ProjectOptions extends HostOptions, DescriptionOptions {
  readonly visibility?: "private" | "public";
  readonly typePolicy?: Level;
  readonly versionPolicy?: Level;
  readonly dependentPolicy?: Level;
  readonly claim?: readonly string[];
  readonly removeClaim?: readonly string[];
}

const LEVELS: readonly Level[] = ["off", "warn", "enforce"];

/** What `create` and `edit` take, and that they do it. */
export function definePut(command: Command, verb: "create" | "edit"): void {
  command.argument("<project>", "[host[:port]/]namespace/project");
  addHostOptions(addProjectOptions(command, { edit: verb === "edit" })).action((name: string, options: ProjectOptions) => put(name, options, verb));
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

async function put(text: string, options: ProjectOptions, verb: "create" | "edit"): Promise<void> {
  const [{ projectArgument }, { withPackageApi }, { isClientError }] = await Promise.all([
    import("../../arguments/host.ts"),
    import("../../sessions/package.ts"),
    import("../../../client/client-error.ts"),
  ]);
  const { registry, parts, name } = await projectArgument(text, options, ["namespace", "project"]);
  const [namespace = "", project = ""] = parts;
  const reply = await withPackageApi(options, { registry, what: `cannot ${verb} the project ${name}` }, async ({ call }) => {
    const before = await call("getProject", { namespace, project }).catch((error: unknown) => {
      if (verb === "create" && isClientError(error, "not-found")) return undefined;
      throw error;
    });
    if (verb === "create" && before?.declared === true) {
      throw new CliError(EXIT.invalid, `the project ${name} is there already: change it with 'opm project edit'`);
    }
    return await call("putProject", { namespace, project, body: bodyOf(options, before) });
  });
  if (options.json === true) return printJson(reply);
  if (options.quiet !== true) print(`${verb === "create" ? "created" : "changed"} project ${name}`);
}

function bodyOf(options: ProjectOptions, before: ReplyOf<"putProject"> | undefined): OperationRequest<"putProject">["body"] {
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
