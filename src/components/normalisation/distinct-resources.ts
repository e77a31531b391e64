import type { ComponentDescriptor, Element, JsonObject } from "../descriptor/component-descriptor.ts";
import { isJsonObject, jsonEqual } from "../descriptor/json-tree.ts";

/**
 * Gives each resource whose name and extra identity another one has its version as extra identity: one after the other, so that
 * the last of them stays as it is. Without an extra identity is the same as with an empty one.
 */
export function withDistinctResources(descriptor: ComponentDescriptor): ComponentDescriptor {
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
