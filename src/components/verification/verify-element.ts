import { isClientError } from "../../client/client-error.ts";
import type { ReadOptions } from "../../client/content/content.ts";
import type { RegistryClient } from "../../client/registry-client.ts";
import { ComponentError } from "../component-error.ts";
import { accessKind, elementContent } from "../content/element-content.ts";
import type { ComponentDescriptor, ComponentReference, DigestSpec, Element, ElementKind } from "../descriptor/component-descriptor.ts";
import { formatIdentity, identityOf } from "../descriptor/identity.ts";
import { isJsonObject } from "../descriptor/json-tree.ts";
import { hasNoContent, isExcluded } from "../descriptor/no-content.ts";
import type { ComponentRepository, LocalBlob, StoredComponentVersion } from "../repository/component-repository.ts";
import { descriptorDigest, parseHashAlgorithm, parseNormalisation } from "../signing/descriptor-digest.ts";
import { versionLabel } from "../version-label.ts";
import { differentDigest, ownDigest } from "./element-digest.ts";

export interface ElementOptions extends ReadOptions {
  readonly client: RegistryClient;
  /** Takes digests as they are declared where content has an access that `opm` cannot read. */
  readonly declared?: boolean;
  /** Told each resource whose content was not read for that reason. It must not throw. */
  readonly onUnread?: (unread: UnreadResource) => void;
}

/** A resource whose content was not read. */
export interface UnreadResource {
  readonly subject: string;
  readonly accessType: string;
}

/** For messages: `acme.org/app:1.0.0, resource image`. */
export function subjectOf(
  { descriptor: { component } }: Pick<StoredComponentVersion, "descriptor">,
  kind: ElementKind,
  element: Element | ComponentReference,
): string {
  const siblings = { resource: component.resources, source: component.sources, reference: component.componentReferences }[kind];
  return `${versionLabel(component)}, ${kind} ${formatIdentity(identityOf(element, siblings))}`;
}

/** A digest that says all it must; undefined where there is none. */
export function digestSpecOf(value: unknown): DigestSpec | undefined {
  if (!isJsonObject(value)) return undefined;
  const { hashAlgorithm, normalisationAlgorithm, value: hex } = value;
  const isWhole = [hashAlgorithm, normalisationAlgorithm, hex].every((text) => typeof text === "string" && text !== "");
  return isWhole ? (value as DigestSpec) : undefined;
}

/**
 * Holds the content of a resource against its digest.
 * @returns false where nothing is read: no content, excluded from what is signed, or taken as it is declared
 * @throws ComponentError `finding`, or what went wrong while it was read
 */
export async function verifyResource(version: StoredComponentVersion, resource: Element, options: ElementOptions): Promise<boolean> {
  const subject = subjectOf(version, "resource", resource);
  const digest = digestSpecOf(resource.digest);
  if (hasNoContent(resource.access)) {
    if (digest !== undefined) throw new ComponentError("finding", `${subject} has a digest, but no content`, { subject });
    return false;
  }
  if (digest === undefined) throw new ComponentError("finding", `${subject} has no digest: whatever its content is, nobody signed it`, { subject });
  if (isExcluded(digest)) return false;
  if (options.declared === true && accessKind(resource.access) === "other") {
    options.onUnread?.({ subject, accessType: resource.access.type });
    return false;
  }
  const actual = await differentDigest(await contentOf(version, resource, subject, options), digest, options);
  if (actual === undefined) return true;
  throw new ComponentError("finding", `${subject}: its content is not what its digest says: expected ${digest.value}, found ${actual}`, { subject });
}

/** Reads the content of a source that is stored with the component version: sources have no digests of their own. @returns false where it is elsewhere */
export async function verifySource(version: StoredComponentVersion, source: Element, options: ElementOptions): Promise<boolean> {
  if (accessKind(source.access) !== "local") return false;
  await ownDigest(await contentOf(version, source, subjectOf(version, "source", source), options), "SHA-256", options);
  return true;
}

/** @throws ComponentError `finding` where `opm` cannot read it */
export async function contentOf(version: StoredComponentVersion, element: Element, subject: string, options: ElementOptions): Promise<LocalBlob> {
  const { client, signal } = options;
  const content = await elementContent(version, element.access, { client, label: subject, ...(signal && { signal }) });
  if (content !== undefined) return content;
  const remedy = digestSpecOf(element.digest) === undefined ? "" : ": --declared takes its digest as it is";
  throw new ComponentError("finding", `${subject}: content of access type '${element.access.type}' cannot be read, so nobody knows what it is${remedy}`, {
    subject,
  });
}

/** The component version that a reference names. @throws ComponentError `finding` where it is not in the repository */
export async function referencedVersion(
  repository: ComponentRepository,
  { componentName, version }: ComponentReference,
  { subject, ...options }: ReadOptions & { readonly subject: string },
): Promise<StoredComponentVersion> {
  try {
    return await repository.get(componentName, version, options);
  } catch (cause) {
    const isAbsent = cause instanceof Error && "kind" in cause && cause.kind === "not-found";
    if (!isAbsent) throw cause;
    const said = isClientError(cause) && cause.said !== undefined ? ` (${cause.said})` : "";
    throw new ComponentError("finding", `${subject}: ${componentName}:${version} is not in ${repository.name}${said}: name where it is with --lookup`, {
      cause,
      subject,
    });
  }
}

/** Holds a component version against the digest of a reference to it. @throws ComponentError `finding`, `invalid` for a way of digesting that nobody knows */
export function verifyReferenced(child: Pick<StoredComponentVersion, "descriptor">, digest: DigestSpec, subject: string): void {
  const { descriptor } = child;
  const actual = descriptorDigest(descriptor, parseNormalisation(digest.normalisationAlgorithm), parseHashAlgorithm(digest.hashAlgorithm));
  if (actual.value === digest.value.toLowerCase()) return;
  const label = versionLabel(descriptor.component);
  throw new ComponentError("finding", `${subject}: ${label} is not what its digest says: expected ${digest.value}, found ${actual.value}`, { subject });
}

/** The elements that need a digest before a component version can be signed: each as `acme.org/app:1.0.0, resource image`. */
export function lacksDigests(descriptor: ComponentDescriptor): readonly string[] {
  const { resources, componentReferences } = descriptor.component;
  const lacking = resources.filter(({ access, digest }) => !hasNoContent(access) && digestSpecOf(digest) === undefined);
  return [
    ...componentReferences.filter(({ digest }) => digestSpecOf(digest) === undefined).map((reference) => subjectOf({ descriptor }, "reference", reference)),
    ...lacking.map((resource) => subjectOf({ descriptor }, "resource", resource)),
  ];
}
