import type { Command } from "commander";
import type { accessKind } from "../../../components/content/element-content.ts";
import type { Element } from "../../../components/descriptor/component-descriptor.ts";
import type { LocalBlob, StoredComponentVersion } from "../../../components/repository/component-repository.ts";
import { addExamples } from "../../help/examples.ts";
import { addClientOptions, type ClientOptions } from "../../options/client.ts";
import { printJson, printTable } from "../../output/print.ts";
import { printable } from "../../output/printable.ts";
import { formatAmount } from "../../output/short-text.ts";
import { withComponents } from "../../sessions/component.ts";
import type { ComponentResourcesOutput } from "./resources.output.ts";

type ResourceOutput = ComponentResourcesOutput["resources"][number];

/** What `--json` prints. */
export const outputSchema = async () => (await import("./resources.output.ts")).componentResourcesOutput;

/** `opm component resources`: what a component version consists of. */
export function define(command: Command): void {
  command.argument("<reference>", "<repository>//<component>[:<version>] (default: the highest version)");
  addClientOptions(command).action(run);
  addExamples(command, ["opm component resources ./product.tgz//acme.org/app:1.0.0", "names for 'opm component download'"]);
}

async function run(text: string, options: ClientOptions): Promise<void> {
  const [{ findComponentVersion }, { formatComponentReference }] = await Promise.all([
    import("../../sessions/component-version.ts"),
    import("../../../components/component-reference.ts"),
  ]);
  const output = await withComponents(
    { ...options, quiet: options.quiet === true || options.json === true },
    async (session): Promise<ComponentResourcesOutput> => {
      const { stored, location } = await findComponentVersion(text, session);
      const { place, component, version } = location;
      const { resources } = stored.descriptor.component;
      return {
        component,
        version,
        reference: formatComponentReference({ place, component, version, digest: undefined }),
        resources: await Promise.all(resources.map((resource) => describe(stored, resource, session.signal))),
      };
    },
  );
  if (options.json === true) return printJson(output);
  printTable(
    ["NAME", "VERSION", "TYPE", "RELATION", "IDENTITY", "ACCESS", "SIZE", "DIGEST", "PULL"],
    output.resources.map(({ name, version, type, relation, extraIdentity, access, size, digest, pull }) => {
      const identity = Object.entries(extraIdentity).map(([key, value]) => `${key}=${value}`);
      const amount = size === null ? "" : formatAmount(size);
      return [name, version, type, relation ?? "", identity.join(","), String(access.type), amount, (digest?.value ?? "").slice(0, 12), pull ?? ""].map(
        printable,
      );
    }),
  );
}

/** Where any client pulls an image or a chart: by its digest beside the component version, or where its access says. */
function pullReference({ type, imageReference }: Element["access"], blob: LocalBlob | undefined, kindOf: typeof accessKind): string | null {
  if (blob?.content.kind === "artifact") {
    const { root, source } = blob.content;
    return source.location === undefined ? null : `${source.location.registry}/${source.location.repository}@${root.digest}`;
  }
  return kindOf({ type }) === "artifact" && typeof imageReference === "string" ? imageReference.replace(/^(?:https?|oci):\/\//, "") : null;
}

async function describe(
  stored: StoredComponentVersion,
  { name, version, type, relation, extraIdentity, access, digest }: Element,
  signal: AbortSignal,
): Promise<ResourceOutput> {
  const { isJsonObject } = await import("../../../components/descriptor/json-tree.ts");
  const { accessKind } = await import("../../../components/content/element-content.ts");
  // a blob that is missing is for 'check' to tell
  const blob = accessKind(access) === "local" ? await stored.localBlob(access, { signal }).catch(() => undefined) : undefined;
  const identity = isJsonObject(extraIdentity) ? Object.entries(extraIdentity).map(([key, value]) => [key, String(value)] as const) : [];
  return {
    name,
    version,
    type,
    relation: typeof relation === "string" ? relation : null,
    extraIdentity: Object.fromEntries(identity),
    access: { ...access },
    digest: isJsonObject(digest)
      ? { hashAlgorithm: String(digest.hashAlgorithm), normalisationAlgorithm: String(digest.normalisationAlgorithm), value: String(digest.value) }
      : null,
    mediaType: blob?.mediaType ?? null,
    size: blob?.size ?? null,
    pull: pullReference(access, blob, accessKind),
  };
}
