import type { ComponentDescriptor, Json, JsonObject } from "../descriptor/component-descriptor.ts";
import { isJsonObject } from "../descriptor/json-tree.ts";
import { hasNoContent } from "../descriptor/no-content.ts";
import { listFormJson } from "./canonical-json.ts";
import { providerObject } from "./provider-object.ts";
import { signingLabels, withSigningLabels } from "./signing-labels.ts";

/**
 * The first normalisation, to verify what was signed with it: of schema v2 as it is written, without sources; a provider without
 * labels stays a text; a missing extra identity is null.
 */
export function normaliseListForm({ meta, component }: ComponentDescriptor): string {
  const { repositoryContexts: _contexts, sources: _sources, provider, labels, resources, componentReferences, creationTime, ...rest } = component;
  const kept = signingLabels(labels);
  return listFormJson({
    meta,
    component: {
      ...rest,
      provider: normaliseProvider(provider),
      ...(creationTime !== null && creationTime !== undefined && { creationTime }),
      ...(kept !== undefined && { labels: kept }),
      resources: resources.map(({ access, srcRefs: _, ...resource }) => element(hasNoContent(access) ? withoutDigest(resource) : resource)),
      componentReferences: componentReferences.map(element),
    },
  });
}

/** An object only where there are labels, whether they sign or not. */
function normaliseProvider(provider: string): Json {
  const parsed = providerObject(provider);
  if (parsed === undefined) return provider;
  const { name = "", labels } = parsed;
  return Array.isArray(labels) && labels.length > 0 ? withSigningLabels({ name, labels }) : name;
}

function element(value: JsonObject): JsonObject {
  const { extraIdentity, ...rest } = withSigningLabels(value);
  return { ...rest, extraIdentity: isJsonObject(extraIdentity) && Object.keys(extraIdentity).length > 0 ? extraIdentity : null };
}

function withoutDigest({ digest: _, ...rest }: JsonObject): JsonObject {
  return rest;
}
