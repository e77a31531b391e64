import type { StoredComponentVersion } from "../repository/component-repository.ts";
import { labelOf } from "../verification/verify-element.ts";

/** `acme.org/app:1.0.0` */
export function versionLabel({ descriptor }: Pick<StoredComponentVersion, "descriptor">): string {
  return labelOf(descriptor.component);
}
