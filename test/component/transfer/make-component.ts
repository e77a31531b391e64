import { createHash, generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bytesOf } from "../../../src/client/content/verified.ts";
import type { ComponentDescriptor, Element, Json, JsonObject } from "../../../src/components/descriptor/component-descriptor.ts";
import { type ArchivedArtifact, openArtifactArchive } from "../../../src/components/repository/artifact-set.ts";
import type { NewLocalBlob, PutComponentVersion } from "../../../src/components/repository/component-repository.ts";
import { descriptorDigest } from "../../../src/components/signing/descriptor-digest.ts";
import { signDescriptor, withSignature } from "../../../src/components/signing/sign-descriptor.ts";
import { digestOf } from "../../../src/oci/digest.ts";
import { FIXTURES, withRepository } from "./use-transfer.ts";

const KEYS = generateKeyPairSync("rsa", { modulusLength: 2048 });
export const PUBLIC_KEY = KEYS.publicKey.export({ type: "spki", format: "pem" }).toString();

/** An element with the blobs that it needs. */
export interface MadeElement {
  readonly element: Element;
  readonly blobs: readonly NewLocalBlob[];
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export function blobDigest(value: string): JsonObject {
  return { hashAlgorithm: "SHA-256", normalisationAlgorithm: "genericBlobDigest/v1", value };
}

export function layerBlob(bytes: Uint8Array, mediaType: string): NewLocalBlob {
  const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
  return { kind: "layer", descriptor, open: () => bytesOf(bytes) };
}

/** A resource whose content is one layer. `more` is added to the element, or replaces parts of it. */
export function fileResource(name: string, content: Uint8Array | string, more: JsonObject = {}, mediaType = "application/octet-stream"): MadeElement {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const { access = {}, ...fields } = more;
  const element = {
    ...{ name, version: "1.0.0", type: "blob", relation: "local" },
    digest: blobDigest(sha256(bytes)),
    ...fields,
    access: { type: "localBlob", localReference: digestOf(bytes), mediaType, ...(access as JsonObject) },
  };
  return { element, blobs: [layerBlob(bytes, mediaType)] };
}

/** A source has no digest. */
export function fileSource(name: string, content: string, more: JsonObject = {}): MadeElement {
  const { element, blobs } = fileResource(name, content, more);
  const { digest: _, relation: __, ...source } = element;
  return { element: source as Element, blobs };
}

/** Content that is not with the component version. */
export function resourceAt(name: string, access: JsonObject & { readonly type: string }, more: JsonObject = {}): MadeElement {
  return { element: { name, version: "1.0.0", type: "ociImage", relation: "external", access, ...more }, blobs: [] };
}

/** The image of the fixtures as a native artifact. */
export async function fixtureImage(): Promise<ArchivedArtifact> {
  return await openArtifactArchive(bytesOf(imageFile("image.artifactset.tgz")), "the image of the fixtures");
}

export function imageFile(name: "image.artifactset.tgz" | "image.layout.tar"): Uint8Array {
  return new Uint8Array(readFileSync(join(FIXTURES, "inputs", name)));
}

export interface MakeOptions {
  readonly version?: string;
  readonly resources?: readonly MadeElement[];
  readonly sources?: readonly MadeElement[];
  readonly references?: readonly JsonObject[];
  /** Added to the component. */
  readonly component?: JsonObject;
  /** Added beside it. */
  readonly extra?: JsonObject;
  /** Names of signatures; default one, `acme`. */
  readonly signatures?: readonly string[];
  readonly put?: Pick<PutComponentVersion, "descriptorMediaType" | "schema">;
}

export function descriptorOf(
  name: string,
  { version = "1.0.0", resources = [], sources = [], references = [], component = {}, extra = {}, signatures = ["acme"] }: MakeOptions = {},
) {
  const fields = {
    ...{ name, version, provider: "acme.org", repositoryContexts: [] },
    resources: resources.map(({ element }) => element),
    sources: sources.map(({ element }) => element),
    componentReferences: references,
    ...component,
  };
  const plain = { meta: { schemaVersion: "v2" }, component: fields, ...extra } as unknown as ComponentDescriptor;
  return signatures.reduce((each, signer) => withSignature(each, signDescriptor(each, { name: signer, key: KEYS.privateKey }).signature), plain);
}

/** Stores a component version. */
export async function makeComponent(place: string, name: string, options: MakeOptions = {}): Promise<ComponentDescriptor> {
  const { resources = [], sources = [], put = {} } = options;
  const descriptor = descriptorOf(name, options);
  const blobs = [...resources, ...sources].flatMap((made) => made.blobs);
  await withRepository(place, "write", (repository) => repository.put({ descriptor, blobs, ...put }));
  return descriptor;
}

/** A reference to a component version, with its digest. */
export function referenceTo(descriptor: ComponentDescriptor, more: JsonObject = {}): JsonObject {
  const { name, version } = descriptor.component;
  const digest: Json = descriptorDigest(descriptor, "jsonNormalisation/v3", "SHA-256");
  return { name: name.split("/").at(-1) ?? "", componentName: name, version, digest, ...more };
}
