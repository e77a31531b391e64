import type { ReadOptions } from "../../client/content/content.ts";
import type { RegistryClient } from "../../client/registry-client.ts";
import { parseImageReference } from "../../oci/image-reference.ts";
import { accessKind, elementContent } from "../content/element-content.ts";
import type { AccessSpec, DigestSpec, Element, ElementKind } from "../descriptor/component-descriptor.ts";
import type { LocalBlob, NewLocalBlob, StoredComponentVersion } from "../repository/component-repository.ts";
import { localBlobAccess, localMediaType } from "../repository/local-access.ts";
import { isRelativeReference, localDigests } from "../repository/local-reference.ts";
import { componentRepository } from "../repository/oci-mapping.ts";
import { digestSpecOf } from "../verification/verify-element.ts";
import { referenceNameOf, relativeReferenceName } from "./reference-name.ts";

/** A resource or source of a component version. */
export interface CarriedElement {
  readonly version: StoredComponentVersion;
  readonly kind: Exclude<ElementKind, "reference">;
  readonly element: Element;
  /** For messages. */
  readonly subject: string;
  /** Undefined where it has none, as sources do. */
  readonly digest: DigestSpec | undefined;
}

/** Content that goes along with its component version. */
export interface CarriedContent {
  readonly content: LocalBlob;
  /** The local blob that it is at the target. */
  readonly access: AccessSpec;
  readonly blobs: readonly NewLocalBlob[];
}

export interface CarryOptions extends ReadOptions {
  readonly client: RegistryClient;
}

export function carriedElement(version: StoredComponentVersion, part: Pick<CarriedElement, "kind" | "element" | "subject">): CarriedElement {
  return { ...part, version, digest: part.kind === "resource" ? digestSpecOf(part.element.digest) : undefined };
}

/** True for content that can be carried: it is stored with the component version, or in a registry. */
export function isCarriable({ element }: CarriedElement): boolean {
  return ["local", "artifact", "blob"].includes(accessKind(element.access));
}

/**
 * Finds the content of an element, and says what it is at the target. Its bytes are not read yet.
 * @throws ClientError, ComponentError `not-found` when it is not where its access says
 */
export async function carryContent({ version, element, subject }: CarriedElement, { client, signal }: CarryOptions): Promise<CarriedContent | undefined> {
  const content = await elementContent(version, element.access, { client, label: subject, ...(signal && { signal }) });
  if (content === undefined) return undefined;
  return { content, access: localAccess(version, element.access, content), blobs: blobsOf(version, content) };
}

/** What names content by another place than the target's is left out or rewritten; the rest stays as it is. */
function localAccess({ layout }: StoredComponentVersion, access: AccessSpec, { content, mediaType }: LocalBlob): AccessSpec {
  const reference = content.kind === "artifact" ? content.root.digest : content.layers.map(({ digest }) => digest).join(",");
  const origin = accessKind(access) === "local" && !isRelativeReference(access);
  if (!origin) {
    const referenceName = nameOf(access);
    return localBlobAccess({ reference, mediaType, referenceName });
  }
  const { globalAccess: _, ...kept } = access;
  if (layout !== "archive" && localDigests(access) !== undefined) {
    const isNative = content.kind === "artifact" && typeof access.mediaType === "string";
    return { ...kept, type: access.type, ...(isNative && { mediaType: localMediaType(String(access.mediaType)) }) };
  }
  // names of files, which only archives of components know
  const { localReference: _reference, localAccess: _access, digest: _digest, fileName: _file, filename: _name, ...rest } = kept;
  return { ...rest, type: "localBlob", localReference: reference, mediaType: localMediaType(mediaType) };
}

function nameOf(access: AccessSpec): string | undefined {
  if (isRelativeReference(access)) return relativeReferenceName(access);
  if (accessKind(access) !== "artifact" || typeof access.imageReference !== "string") return undefined;
  return referenceNameOf(parseImageReference(access.imageReference.replace(/^(?:https?|oci):\/\//, "")));
}

function blobsOf({ store, descriptor }: StoredComponentVersion, { content, open }: LocalBlob): readonly NewLocalBlob[] {
  if (content.kind === "artifact") return [content];
  const { layers, location } = content;
  const from = location === undefined ? {} : { from: location };
  const [only] = layers;
  if (layers.length === 1 && only !== undefined) {
    return [{ kind: "layer", descriptor: only, open: (signal) => open({ signal }), verified: true, ...from }];
  }
  const source = store.source(componentRepository(store, descriptor.component.name));
  return layers.map((layer) => ({ kind: "layer", descriptor: layer, open: (signal) => source.blob(layer, { signal }), verified: true, ...from }));
}
