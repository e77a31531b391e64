import type { Digest } from "../../oci/digest.ts";
import { MANIFEST_MEDIA_TYPES, manifestKind, OCI_IMAGE_INDEX, OCI_IMAGE_MANIFEST } from "../../oci/media-types.ts";
import { ClientError } from "../client-error.ts";
import type { StoredManifest } from "./content.ts";

/** Bytes of a manifest (distribution-spec, "Pushing Manifests": 4 MiB is what every registry takes). */
export const MANIFEST_LIMIT = 4 * 1024 * 1024;

export interface ManifestFacts {
  readonly digest: Digest;
  /** What came with it. */
  readonly contentType: string | undefined;
  /** For messages. */
  readonly name: string;
}

/** What images had before 2016 (Docker image manifest version 2, schema 1). */
const SCHEMA_1 = /^application\/vnd\.docker\.distribution\.manifest\.v1\+/;

/** @throws ClientError `invalid` for the media type of a manifest of schema 1, whose digest is that of a part of its bytes */
export function refuseSchema1(mediaType: string | undefined, name: string): void {
  if (mediaType !== undefined && SCHEMA_1.test(mediaType)) throw schema1(name);
}

function schema1(name: string): ClientError {
  return new ClientError("invalid", `${name} is a manifest of Docker's schema 1, which registries no longer take: 'skopeo copy --format v2s2' converts it`);
}

/**
 * The descriptor of a manifest that was read: its media type is what it says of itself, else what came with it, else what
 * its fields are those of.
 * @throws ClientError `invalid` when it is no manifest of a type that is supported
 */
export function describeManifest(bytes: Uint8Array, { digest, contentType, name }: ManifestFacts): StoredManifest {
  const document = parse(bytes);
  if (document === undefined) throw new ClientError("invalid", `${name} is not a manifest: its content is not a JSON object`);
  if (document.schemaVersion === 1) throw schema1(name);
  const declared = typeof document.mediaType === "string" ? document.mediaType : undefined;
  const given = contentType !== undefined && manifestKind(contentType) !== undefined ? contentType : undefined;
  const mediaType = declared ?? given ?? guess(document);
  if (mediaType === undefined || manifestKind(mediaType) === undefined) {
    const found = mediaType ?? contentType ?? "unknown";
    throw new ClientError("invalid", `${name} is of type '${found}', which is not supported: expected one of ${MANIFEST_MEDIA_TYPES.join(", ")}`);
  }
  return { descriptor: { mediaType, digest, size: bytes.length }, bytes };
}

function guess(document: Readonly<Record<string, unknown>>): string | undefined {
  if (document.schemaVersion !== 2) return undefined;
  if (Array.isArray(document.manifests)) return OCI_IMAGE_INDEX;
  return Array.isArray(document.layers) || typeof document.config === "object" ? OCI_IMAGE_MANIFEST : undefined;
}

function parse(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
