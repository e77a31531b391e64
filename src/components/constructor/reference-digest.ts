import { isClientError } from "../../client/client-error.ts";
import type { ReadOptions } from "../../client/content/content.ts";
import { ComponentError } from "../component-error.ts";
import type { ComponentDescriptor, DigestSpec } from "../descriptor/component-descriptor.ts";
import { hasNoContent } from "../descriptor/no-content.ts";
import type { ComponentRepository } from "../repository/component-repository.ts";
import { descriptorDigest, parseHashAlgorithm, parseNormalisation, sameDigest } from "../signing/descriptor-digest.ts";
import { versionLabel } from "../version-label.ts";
import type { ReferenceToDigest } from "./build-component.ts";

export interface ReferenceDigestOptions extends ReadOptions {
  /** Built in the same run, by `name:version`. */
  readonly built: ReadonlyMap<string, ComponentDescriptor>;
  /** Where else component versions are looked for, in this order. */
  readonly repositories: readonly ComponentRepository[];
  readonly warn: (text: string) => void;
}

/**
 * The digest of a component version that is referred to: the one that was given, verified where the component version is there; else that
 * of its content, `jsonNormalisation/v3` with SHA-256. Undefined, with a warning, where it cannot be had: signing computes it.
 * @throws ComponentError `invalid` where the given one is wrong
 */
export async function computeReferenceDigest(
  { componentName, version, given, where }: ReferenceToDigest,
  options: ReferenceDigestOptions,
): Promise<DigestSpec | undefined> {
  const label = versionLabel({ name: componentName, version });
  const descriptor = options.built.get(label) ?? (await find(componentName, version, options));
  if (descriptor === undefined) {
    const consequence = given === undefined ? "the reference has no digest until it is signed" : "its digest was not verified";
    options.warn(`${where}: ${label} is not in ${options.repositories.map(({ store }) => store.name).join(" or ")}: ${consequence}`);
    return given;
  }
  if (given !== undefined) {
    const computed = descriptorDigest(descriptor, parseNormalisation(given.normalisationAlgorithm), parseHashAlgorithm(given.hashAlgorithm));
    if (sameDigest(given, computed)) return given;
    throw new ComponentError("invalid", `${where}: ${label} has the digest ${computed.value}, not ${given.value.slice(0, 128)}: one of them is wrong`);
  }
  const missing = missingDigest(descriptor);
  if (missing === undefined) return descriptorDigest(descriptor, "jsonNormalisation/v3", "SHA-256");
  options.warn(`${where}: ${missing} of ${label} has no digest: the reference has none until it is signed`);
  return undefined;
}

async function find(name: string, version: string, { repositories, signal }: ReferenceDigestOptions): Promise<ComponentDescriptor | undefined> {
  for (const repository of repositories) {
    try {
      return (await repository.get(name, version, { ...(signal && { signal }) })).descriptor;
    } catch (cause) {
      if (!isClientError(cause, "not-found")) throw cause;
    }
  }
  return undefined;
}

/** The first element whose digest the digest of the component version would lack. */
function missingDigest({ component }: ComponentDescriptor): string | undefined {
  const resource = component.resources.find(({ access, digest }) => !hasNoContent(access) && (digest === undefined || digest === null));
  if (resource !== undefined) return `the resource ${resource.name}`;
  const reference = component.componentReferences.find(({ digest }) => digest === undefined || digest === null);
  return reference === undefined ? undefined : `the reference ${reference.name}`;
}
