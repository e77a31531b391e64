import { ComponentError } from "../component-error.ts";
import { accessKind } from "../content/element-content.ts";
import type { AccessSpec, DigestSpec, Element } from "../descriptor/component-descriptor.ts";
import type { NewLocalBlob, StoredComponentVersion } from "../repository/component-repository.ts";
import type { ComponentStore } from "../repository/component-store.ts";
import { localDigests } from "../repository/local-reference.ts";
import { named } from "../verification/finding.ts";
import { subjectOf } from "../verification/verify-element.ts";
import { type CarriedContent, type CarriedElement, carriedElement, carryContent, isCarriable } from "./carried-content.ts";
import { checkContent } from "./check-content.ts";
import { type ImageUpload, planUpload } from "./image-upload.ts";
import type { TransferOptions } from "./transfer-options.ts";

/** Where content is that the target has already. */
type ExistingPlace = "local" | "image" | "elsewhere";

/** What becomes of an element. */
export interface PlannedElement {
  readonly access: AccessSpec;
  readonly blobs: readonly NewLocalBlob[];
  readonly upload: ImageUpload | undefined;
  /** Looks at what is to be sent before anything is. */
  check(): Promise<void>;
}

export interface ElementPlace {
  readonly inbound: StoredComponentVersion;
  /** The same version at the target, of the same normal form. */
  readonly existing: StoredComponentVersion | undefined;
  readonly store: ComponentStore;
}

/** Plans the resources, or the sources, of a component version, in their order. */
export async function planElements(kind: "resource" | "source", place: ElementPlace, options: TransferOptions): Promise<readonly PlannedElement[]> {
  const list = kind === "resource" ? "resources" : "sources";
  const elements = place.inbound.descriptor.component[list];
  const others = place.existing?.descriptor.component[list] ?? [];
  const planned: PlannedElement[] = [];
  for (const [at, element] of elements.entries()) {
    const subject = subjectOf(place.inbound, kind, element);
    const refuse = (error: unknown) => Promise.reject(named(error, subject));
    const { check, ...plan } = await planElement(carriedElement(place.inbound, { kind, element, subject }), others[at], { place, options }).catch(refuse);
    planned.push({ ...plan, check: () => check().catch(refuse) });
  }
  return planned;
}

interface Planning {
  readonly place: ElementPlace;
  readonly options: TransferOptions;
}

async function planElement(carried: CarriedElement, other: Element | undefined, { place, options }: Planning): Promise<PlannedElement> {
  const { existing, store } = place;
  const there = existing === undefined || other === undefined ? undefined : { version: existing, element: other, at: existingPlace(other.access, store) };
  const isByValue = isCarried(carried, options);
  // content that is part of the digest is the same: what the target has need not be looked for at the source
  const isKept = there !== undefined && there.at !== "elsewhere" && (!isByValue || (carried.digest !== undefined && staysSo(there.at, carried, options)));
  if (isKept) return await keep(carried, there, options);
  if (!isByValue) return byReference(carried.element.access);
  const content = await carryContent(carried, options);
  if (content === undefined) return byReference(carried.element.access);
  const upload = options.uploadAs === "oci-artifact" ? planUpload(carried, content, store) : undefined;
  const access = upload?.access ?? content.access;
  if (there !== undefined && there.at !== "elsewhere") {
    const isSame = isSameContent(carried.digest, content.access, there.element.access);
    if (!isSame && options.overwrite !== true) throw otherContent(carried, there.version);
    if (isSame && upload === undefined && staysSo(there.at, carried, options)) return await keep(carried, there, options);
  }
  return { access, blobs: upload === undefined ? content.blobs : [], upload, check: () => checkContent(carried, content.content, options) };
}

/** Whether content that an access of the target names is there, with the component version or as an image beside it. */
function existingPlace(access: AccessSpec, { registry }: ComponentStore): ExistingPlace {
  if (accessKind(access) === "local") return "local";
  const { imageReference } = access;
  const isThere = registry !== undefined && typeof imageReference === "string" && imageReference.startsWith(`${registry}/`);
  return accessKind(access) === "artifact" && isThere ? "image" : "elsewhere";
}

/** What the access of the target says of the content: undefined where it names it by something else than digests. */
function namedContent(access: AccessSpec): string | undefined {
  if (accessKind(access) === "local") return localDigests(access)?.join(",");
  const [, digest] = typeof access.imageReference === "string" ? access.imageReference.split("@") : [];
  return digest;
}

/**
 * True where two accesses name the same content, in two component versions of the same normal form: a digest that is part of it says so
 * already, in whatever form the content is.
 */
function isSameContent(digest: DigestSpec | undefined, inbound: AccessSpec, existing: AccessSpec): boolean {
  return digest !== undefined || namedContent(inbound) === namedContent(existing);
}

/** True for content that goes along: local blobs always. */
function isCarried(carried: CarriedElement, { copyResources, copySources, onWarning }: TransferOptions): boolean {
  const { access } = carried.element;
  const kind = accessKind(access);
  if (kind === "local") return true;
  const isWanted = (carried.kind === "resource" ? copyResources : copySources) === true;
  if (isWanted && kind === "other") onWarning?.(`${carried.subject} stays where it is: content of access type '${access.type}' cannot be copied`);
  return isWanted && isCarriable(carried);
}

/** Whether content stays in the form that it has at the target. */
function staysSo(at: ExistingPlace, { element }: CarriedElement, { uploadAs }: TransferOptions): boolean {
  if (at === "image") return uploadAs !== "local-blob";
  // what has no name for it does not become an image of its own
  return uploadAs !== "oci-artifact" || (accessKind(element.access) === "local" && element.access.referenceName === undefined);
}

interface There {
  readonly version: StoredComponentVersion;
  readonly element: Element;
}

/** The content that the target has, under the access that it has there. */
async function keep(carried: CarriedElement, { version, element }: There, options: TransferOptions): Promise<PlannedElement> {
  if (accessKind(element.access) !== "local") return byReference(element.access);
  const content: CarriedContent | undefined = await carryContent({ ...carried, version, element }, options);
  return content === undefined ? byReference(element.access) : { access: element.access, blobs: content.blobs, upload: undefined, check: async () => {} };
}

function byReference(access: AccessSpec): PlannedElement {
  return { access, blobs: [], upload: undefined, check: async () => {} };
}

function otherContent({ subject }: CarriedElement, { store }: StoredComponentVersion): ComponentError {
  return new ComponentError("refused", `${subject}: ${store.name} has other content: --overwrite replaces it`, { subject });
}
