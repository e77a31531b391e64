import { createLimiter } from "../../client/limiter.ts";
import { ComponentError } from "../component-error.ts";
import type { ComponentDescriptor, ComponentReference, Element, JsonObject } from "../descriptor/component-descriptor.ts";
import { hasNoContent } from "../descriptor/no-content.ts";
import type { ComponentRepository, StoredComponentVersion } from "../repository/component-repository.ts";
import { newDigest } from "../verification/element-digest.ts";
import { toFinding } from "../verification/finding.ts";
import { checkPath } from "../verification/verify-contents.ts";
import {
  contentOf,
  digestSpecOf,
  type ElementOptions,
  referencedVersion,
  subjectOf,
  verifyReferenced,
  verifyResource,
} from "../verification/verify-element.ts";
import { versionLabel } from "../version-label.ts";
import { descriptorDigest } from "./descriptor-digest.ts";
import type { HashAlgorithm, Normalisation } from "./signing.ts";

/** Resources that are read at a time. */
const CONCURRENCY = 4;

export interface CompleteOptions extends ElementOptions {
  /** Of digests that are missing. */
  readonly normalisation: Normalisation;
  readonly hash: HashAlgorithm;
  /** Told each thing that was looked at. It must not throw. */
  readonly onChecked?: (subject: string) => void;
}

/** A component version whose descriptor has all digests that a signature needs. */
export interface CompletedVersion {
  readonly stored: StoredComponentVersion;
  readonly descriptor: ComponentDescriptor;
  /** Digests that were missing. */
  readonly added: number;
}

/**
 * Reads all that a component version consists of, and gives it the digests that are missing: of resources, and of the component versions
 * that it refers to. Those that are there are verified and stay.
 * @returns it and all that it refers to, children before parents
 * @throws ComponentError `finding` naming the element that is not what its digest says; `refused` where something is missing
 */
export async function completeDigests(
  repository: ComponentRepository,
  version: StoredComponentVersion,
  options: CompleteOptions,
): Promise<readonly CompletedVersion[]> {
  const known = new Map<string, CompletedVersion>();
  await complete({ repository, options, known }, version, []);
  return [...known.values()];
}

interface Walk {
  readonly repository: ComponentRepository;
  readonly options: CompleteOptions;
  readonly known: Map<string, CompletedVersion>;
}

async function complete(walk: Walk, stored: StoredComponentVersion, path: readonly string[]): Promise<CompletedVersion> {
  const { component } = stored.descriptor;
  const label = versionLabel(component);
  checkPath(label, path);
  const componentReferences: ComponentReference[] = [];
  for (const reference of component.componentReferences) componentReferences.push(await completeReference(walk, { stored, reference }, [...path, label]));
  const limiter = createLimiter(CONCURRENCY);
  const settled = await Promise.allSettled(component.resources.map((resource) => limiter.run(() => completeResource(stored, resource, walk.options))));
  const failure = settled.find((result) => result.status === "rejected");
  if (failure !== undefined) throw failure.reason;
  const resources = settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const added = countOther(resources, component.resources) + countOther(componentReferences, component.componentReferences);
  const descriptor = added === 0 ? stored.descriptor : { ...stored.descriptor, component: { ...component, resources, componentReferences } };
  const completed = { stored, descriptor, added };
  walk.known.set(label, completed);
  walk.options.onChecked?.(label);
  return completed;
}

async function completeReference(
  walk: Walk,
  { stored, reference }: { readonly stored: StoredComponentVersion; readonly reference: ComponentReference },
  path: readonly string[],
): Promise<ComponentReference> {
  const subject = subjectOf(stored, "reference", reference);
  const label = versionLabel({ name: reference.componentName, version: reference.version });
  const known = walk.known.get(label);
  const { signal, normalisation, hash } = walk.options;
  const load = () => referencedVersion(walk.repository, reference, { subject, ...(signal && { signal }) });
  const child = known ?? (await complete(walk, await load().catch(refuse), path));
  const digest = digestSpecOf(reference.digest);
  if (digest === undefined) return { ...reference, digest: descriptorDigest(child.descriptor, normalisation, hash) };
  verifyReferenced(child, digest, subject);
  return reference;
}

async function completeResource(stored: StoredComponentVersion, resource: Element, options: CompleteOptions): Promise<Element> {
  const subject = subjectOf(stored, "resource", resource);
  try {
    if (hasNoContent(resource.access) || digestSpecOf(resource.digest) !== undefined) {
      await verifyResource(stored, resource, options);
      return resource;
    }
    const content = await contentOf(stored, resource, subject, options).catch(refuse);
    return { ...resource, digest: await newDigest(content, options.hash, options) };
  } catch (error) {
    if (error instanceof ComponentError && error.kind === "refused") throw error;
    const { message } = toFinding(error, subject);
    throw new ComponentError("finding", message, { cause: error, subject });
  } finally {
    options.onChecked?.(subject);
  }
}

/** Something that is not there to be signed. */
function refuse(error: unknown): never {
  if (!(error instanceof ComponentError) || error.kind !== "finding") throw error;
  throw new ComponentError("refused", error.message, { cause: error, ...(error.subject !== undefined && { subject: error.subject }) });
}

function countOther(elements: readonly JsonObject[], former: readonly JsonObject[]): number {
  return elements.filter((element, at) => element !== former[at]).length;
}
