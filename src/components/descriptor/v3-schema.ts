import type { Json, JsonObject } from "./component-descriptor.ts";
import { formatSorted, isJsonObject } from "./json-tree.ts";

const API_VERSION = "ocm.software/v3alpha1";
const API_VERSIONS: ReadonlySet<string> = new Set([API_VERSION, "ocm.gardener.cloud/v3alpha1"]);
const KIND = "ComponentVersion";

/** What of a component is in `spec`; the key of references differs. */
const SPEC_FIELDS: Readonly<Record<string, string>> = { resources: "resources", sources: "sources", componentReferences: "references" };

/** True for a descriptor of schema v3alpha1, whatever else is wrong with it. */
export function isV3(tree: Json): tree is JsonObject {
  return isJsonObject(tree) && typeof tree.apiVersion === "string" && API_VERSIONS.has(tree.apiVersion);
}

/** The tree of schema v2 with the same content. Unknown fields are kept; those of `spec` in a `spec` of their own, which v2 does not have. */
export function fromV3({ apiVersion: _, kind: __, metadata, spec, repositoryContexts, ...rest }: JsonObject): JsonObject {
  const { provider, ...named } = isJsonObject(metadata) ? metadata : {};
  const { resources, sources, references, ...unknown } = isJsonObject(spec) ? spec : {};
  const component = {
    ...named,
    ...(provider !== undefined && { provider: formatProvider(provider) }),
    repositoryContexts: repositoryContexts ?? [],
    ...(resources !== undefined && { resources }),
    ...(sources !== undefined && { sources }),
    componentReferences: references ?? [],
  };
  return { meta: { schemaVersion: "v2" }, component, ...(Object.keys(unknown).length > 0 && { spec: unknown }), ...rest };
}

/** The way back. */
export function toV3({ meta: _, component, spec: unknown, ...rest }: JsonObject): JsonObject {
  const { repositoryContexts, provider, ...fields } = isJsonObject(component) ? component : {};
  const metadata = Object.entries(fields).filter(([key]) => !Object.hasOwn(SPEC_FIELDS, key));
  const lists = Object.entries(SPEC_FIELDS).map(([key, name]) => [name, fields[key] ?? []]);
  return {
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { ...Object.fromEntries(metadata), ...(provider !== undefined && { provider: parseProvider(provider) }) },
    repositoryContexts: repositoryContexts ?? [],
    spec: { ...Object.fromEntries(lists), ...(isJsonObject(unknown) && unknown) },
    ...rest,
  };
}

/** A name alone is a text in v2, anything more is JSON in a text. */
function formatProvider(provider: Json): Json {
  if (!isJsonObject(provider)) return provider;
  const { name, labels, ...rest } = provider;
  const isPlain = (labels === undefined || labels === null || (Array.isArray(labels) && labels.length === 0)) && Object.keys(rest).length === 0;
  return isPlain && typeof name === "string" ? name : formatSorted(provider);
}

function parseProvider(provider: Json): Json {
  if (typeof provider !== "string") return provider;
  if (!provider.startsWith("{")) return { name: provider };
  return JSON.parse(provider) as Json;
}
