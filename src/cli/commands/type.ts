import type { Command } from "commander";
import type { OperationRequest } from "../../client/extension/operation-request.ts";
import { addExamples } from "../help/examples.ts";
import { addHostOptions, type HostOptions } from "../options/client.ts";
import { collectOption } from "../options/collect.ts";
import { print, printJson, printTable } from "../output/print.ts";

interface AddOptions extends HostOptions {
  readonly title?: string;
  readonly icon?: string;
  readonly category?: string;
  readonly configType?: string[];
  readonly layerType?: string[];
  readonly consume?: string;
  readonly documentation?: string;
}

type TypeBody = OperationRequest<"putType">["body"];

/** `opm type`: the artifact types that a registry knows, takes and refuses. */
export function registerType(program: Command): void {
  const type = program.command("type").description("manage the artifact types of a registry");
  const listing = type.command("list").description("list the types that the registry knows").option("--long", "every column");
  addHostOptions(listing).action(list);
  addExamples(listing, ["opm type list --registry localhost:5000", "types, what they are called and whether they are taken"]);
  const adding = type
    .command("add")
    .description("describe a type")
    .argument("<type>", "media type: the artifactType, or the config's media type")
    .option("--title <text>", "a few words")
    .option("--icon <name>", "short name of an icon")
    .option("--category <name>", "image, chart, module, component, policy, sbom, signature, attestation, wasm, config or other")
    .option("--config-type <type>", "media type of its config (repeatable)", collectOption)
    .option("--layer-type <type>", "media type of its layers (repeatable)", collectOption)
    .option("--consume <command>", "the command that uses it, with {reference}, {name}, {registry}, {repository}, {tag}")
    .option("--documentation <url>", "where it is described");
  addHostOptions(adding).action(add);
  addExamples(adding, [
    'opm type add application/vnd.acme.model.v1+json --title "Example model"',
    "a type of your own, at the registry that OPM_REGISTRY names",
  ]);
  const glob = "media type, in which * stands for any characters";
  const allowing = type.command("allow").description("take only types that are allowed, this one among them").argument("<type>", glob);
  addHostOptions(allowing).action((name: string, options: HostOptions) => put({ type: name, rule: "allow" }, options));
  addExamples(allowing, ["opm type allow 'application/vnd.acme.*' --registry localhost:5000", "everything of a vendor"]);
  const denying = type.command("deny").description("refuse pushes of a type").argument("<type>", glob);
  addHostOptions(denying).action((name: string, options: HostOptions) => put({ type: name, rule: "deny" }, options));
  addExamples(denying, ["opm type deny 'application/vnd.wasm.*' --registry localhost:5000", "what is there already stays"]);
  const removing = type.command("remove").description("take back what was said of a type").argument("<type>", "as it was added, allowed or denied");
  addHostOptions(removing).action(remove);
  addExamples(removing, ["opm type remove 'application/vnd.wasm.*' --registry localhost:5000", "it is taken again"]);
}

async function list(options: HostOptions & { readonly long?: boolean }): Promise<void> {
  const reply = await atRegistry(options, "list the types of", ({ call }) => call("listTypes", {}));
  if (options.json === true) return printJson(reply);
  const rows = reply.types.map(({ type, title, category, source, admitted, extractor, consume }) =>
    options.long === true
      ? [type, title, category, admitted ? "yes" : "no", source, extractor ?? "-", consume ?? "-"]
      : [type, title, admitted ? "yes" : "no", source],
  );
  printTable(options.long === true ? ["TYPE", "TITLE", "CATEGORY", "TAKEN", "SOURCE", "EXTRACTOR", "USE"] : ["TYPE", "TITLE", "TAKEN", "SOURCE"], rows, {
    cut: options.long === true ? [6, 5, 2] : [1, 3],
  });
  if (reply.allow.length > 0) print("", `only taken: ${reply.allow.join(", ")}`);
  if (reply.deny.length > 0) print("", `refused: ${reply.deny.join(", ")}`);
}

async function add(type: string, options: AddOptions): Promise<void> {
  const { title, icon, category, configType, layerType, consume, documentation } = options;
  await put(
    {
      type,
      rule: "known",
      ...(title && { title }),
      ...(icon && { icon }),
      ...(category && { category }),
      ...(configType && { configMediaTypes: configType }),
      ...(layerType && { layerMediaTypes: layerType }),
      ...(consume && { consume }),
      ...(documentation && { documentation }),
    },
    options,
  );
}

const DONE = { known: "described", allow: "allowed", deny: "denied" } as const;

async function put(body: TypeBody, options: HostOptions): Promise<void> {
  const reply = await atRegistry(options, "change the types of", ({ call }) => call("putType", { body }));
  if (options.json === true) return printJson(reply);
  if (options.quiet !== true) print(`${DONE[body.rule ?? "known"]} ${body.type}`);
}

async function remove(type: string, options: HostOptions): Promise<void> {
  const reply = await atRegistry(options, "change the types of", ({ call }) => call("deleteType", { query: { type } }));
  if (options.json === true) return printJson(reply);
  if (options.quiet !== true) print(`took back what was said of ${type}`);
}

async function atRegistry<T>(options: HostOptions, what: string, work: (session: import("../sessions/package.ts").ApiSession) => Promise<T>): Promise<T> {
  const [{ registryHost }, { withPackageApi }] = await Promise.all([import("../options/client.ts"), import("../sessions/package.ts")]);
  const registry = await registryHost(options);
  return await withPackageApi(options, { registry, what: `cannot ${what} ${registry}` }, work);
}
