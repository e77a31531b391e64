import { type DigestAlgorithm, digestOf } from "../../src/oci/digest.ts";
import { OCI_EMPTY, OCI_IMAGE_CONFIG, OCI_IMAGE_INDEX, OCI_IMAGE_MANIFEST, OCI_LAYER_TAR_GZIP } from "../../src/oci/media-types.ts";

/** Bytes with the name they have in a registry. */
export interface Content {
  readonly mediaType: string;
  readonly digest: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export type Document = Readonly<Record<string, unknown>>;

/** A manifest together with the document that its bytes spell. */
export interface ManifestContent extends Content {
  readonly document: Document;
}

export interface BlobOptions {
  readonly mediaType?: string;
  readonly algorithm?: DigestAlgorithm;
}

const encoder = new TextEncoder();

/** Bytes that no other call gave. `size` in bytes. */
export function randomBytes(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
}

export function blobOf(content: string | Uint8Array<ArrayBuffer>, options: BlobOptions = {}): Content {
  const bytes = typeof content === "string" ? encoder.encode(content) : content;
  return { mediaType: options.mediaType ?? OCI_LAYER_TAR_GZIP, digest: digestOf(bytes, options.algorithm), bytes };
}

export function randomBlob(size = 256, options: BlobOptions = {}): Content {
  return blobOf(randomBytes(size), options);
}

/** A config that no other call gave. */
export function configBlob(options: BlobOptions = {}): Content {
  const config = {
    created: new Date().toISOString(),
    architecture: "amd64",
    os: "linux",
    author: crypto.randomUUID(),
    rootfs: { type: "layers", diff_ids: [] },
  };
  return blobOf(JSON.stringify(config), { mediaType: OCI_IMAGE_CONFIG, ...options });
}

/** image-spec, manifest.md, "Guidance for an Empty Descriptor". */
export function emptyBlob(algorithm?: DigestAlgorithm): Content {
  return blobOf("{}", algorithm === undefined ? { mediaType: OCI_EMPTY } : { mediaType: OCI_EMPTY, algorithm });
}

export function descriptorOf(content: Content, more: Document = {}): Document {
  return { mediaType: content.mediaType, digest: content.digest, size: content.bytes.length, ...more };
}

export interface ManifestOptions {
  readonly algorithm?: DigestAlgorithm;
  /** Content-Type where the document has no mediaType. */
  readonly mediaType?: string;
}

export function manifestOf(document: Document, options: ManifestOptions = {}): ManifestContent {
  const bytes = encoder.encode(JSON.stringify(document));
  const mediaType = options.mediaType ?? String(document.mediaType);
  return { mediaType, digest: digestOf(bytes, options.algorithm), bytes, document };
}

export function imageOf(config: Content, layers: readonly Content[], more: Document = {}, options: ManifestOptions = {}): ManifestContent {
  return manifestOf(
    { schemaVersion: 2, mediaType: OCI_IMAGE_MANIFEST, config: descriptorOf(config), layers: layers.map((layer) => descriptorOf(layer)), ...more },
    options,
  );
}

export function indexOf(children: readonly Content[], more: Document = {}, options: ManifestOptions = {}): ManifestContent {
  return manifestOf({ schemaVersion: 2, mediaType: OCI_IMAGE_INDEX, manifests: children.map((child) => descriptorOf(child)), ...more }, options);
}

/** An artifact of the given type that refers to `subject`; it needs the empty blob only. */
export function referrerOf(subject: Content, artifactType: string, more: Document = {}): ManifestContent {
  return imageOf(emptyBlob(), [emptyBlob()], { artifactType, subject: descriptorOf(subject), ...more });
}
