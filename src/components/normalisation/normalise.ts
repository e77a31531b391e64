import type { ComponentDescriptor, Element, Json, JsonObject } from "../descriptor/component-descriptor.ts";
import { isJsonObject, jsonEqual } from "../descriptor/json-tree.ts";
import { hasNoContent } from "../descriptor/no-content.ts";
import type { Normalisation } from "../signing/signing.ts";
import { canonicalJson } from "./canonical-json.ts";
import { normaliseListForm } from "./list-form.ts";
import { providerObject } from "./provider-object.ts";
import { signingLabels, withSigningLabels } from "./signing-labels.ts";

/**
 * The bytes of a component version that are hashed and signed: what it consists of, without where that is (OCM
 * specification, "Component Descriptor Normalization"). `jsonNormalisation/v3` and `v4alpha1` are the same; `v1` and `v2` tell
 * resources of one name apart by their versions first; `v1` is the older list form.
 */
export function normalise(descriptor: ComponentDescriptor, normalisation: Normalisation): Uint8Array {
  const isOlder = normalisation === "jsonNormalisation/v1" || normalisation === "jsonNormalisation/v2";
  const source = isOlder ? withDistinctResources(descriptor) : descriptor;
  return encode(normalisation === "jsonNormalisation/v1" ? normaliseListForm(source) : canonicalJson({ component: normaliseTree(source) }));
}

/**
 * Gives each resource whose name and extra identity another one has its version as extra identity: one after the other, so that
 * the last of them stays as it is. Without an extra identity is the same as with an empty one.
 */
function withDistinctResources(descriptor: ComponentDescriptor): ComponentDescriptor {
  const resources: Element[] = [...descriptor.component.resources];
  for (const [at, resource] of resources.entries()) {
    const isShared = resources.some((other, index) => index !== at && isAlike(resource, other));
    if (isShared) resources[at] = { ...resource, extraIdentity: { ...extraOf(resource), version: resource.version } };
  }
  return { ...descriptor, component: { ...descriptor.component, resources } };
}

function isAlike(one: Element, other: Element): boolean {
  return one.name === other.name && jsonEqual(extraOf(one), extraOf(other));
}

function extraOf({ extraIdentity }: Element): JsonObject {
  return isJsonObject(extraIdentity) ? extraIdentity : {};
}

function normaliseTree({ component }: ComponentDescriptor): JsonObject {
  const { repositoryContexts: _contexts, provider, labels, resources, sources, componentReferences, ...rest } = component;
  const kept = signingLabels(labels);
  return withoutNulls({
    ...rest,
    ...(kept !== undefined && { labels: kept }),
    provider: normaliseProvider(provider),
    resources: resources.map(normaliseResource),
    sources: sources.map(({ access: _, ...source }) => withSigningLabels(withoutEmpty(source))),
    // Both of today's command lines digest references with all their labels.
    componentReferences: componentReferences.map((reference) => withoutEmpty(reference)),
  });
}

/** A name, or the object that the text holds. */
function normaliseProvider(provider: Json): JsonObject {
  const parsed = providerObject(provider);
  return parsed === undefined ? { name: String(provider) } : withSigningLabels(parsed);
}

function normaliseResource({ access, srcRefs: _, ...resource }: Element): JsonObject {
  const { digest, ...rest } = withSigningLabels(withoutEmpty(resource));
  return digest === undefined || hasNoContent(access) ? rest : { ...rest, digest };
}

/** Without `extraIdentity` and `labels` that hold nothing: other writers leave them out. */
function withoutEmpty(element: JsonObject): JsonObject {
  const { extraIdentity, labels, ...rest } = element;
  return {
    ...rest,
    ...(isJsonObject(extraIdentity) && Object.keys(extraIdentity).length > 0 && { extraIdentity }),
    ...(Array.isArray(labels) && labels.length > 0 && { labels }),
  };
}

/** Members that are null are left out; null in a list stays. */
function withoutNulls(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).flatMap(([key, item]) => (item === null || item === undefined ? [] : [[key, withoutNullsIn(item)]])));
}

function withoutNullsIn(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNullsIn);
  return isJsonObject(value) ? withoutNulls(value) : value;
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
