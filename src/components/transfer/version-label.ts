import type { Element, ElementKind } from "../descriptor/component-descriptor.ts";
import { formatIdentity, identityOf } from "../descriptor/identity.ts";
import type { StoredComponentVersion } from "../repository/component-repository.ts";

/** `acme.org/app:1.0.0` */
export function versionLabel({ descriptor }: Pick<StoredComponentVersion, "descriptor">): string {
  return `${descriptor.component.name}:${descriptor.component.version}`;
}

/** `acme.org/app:1.0.0, resource image (os=linux)` */
export function elementLabel(version: string, kind: ElementKind, element: Pick<Element, "name">, siblings: readonly Pick<Element, "name">[]): string {
  return `${version}, ${kind} ${formatIdentity(identityOf(element, siblings))}`;
}
