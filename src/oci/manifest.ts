import { annotationsShape, artifactTypeShape, type Descriptor, descriptorShape, type Platform } from "./descriptor.ts";
import type { Digest } from "./digest.ts";
import { digestAlgorithm, digestOf } from "./digest.ts";
import { RegistryError } from "./errors.ts";
import { isNonDistributable, MANIFEST_MEDIA_TYPES, type ManifestKind, manifestKind } from "./media-types.ts";
import { check, fields, formatPath, list, literal, nullish, optional, type Shape, text } from "./shape.ts";

/** image-spec, manifest.md. Docker schema 2 manifests have the same fields. */
const imageShape = fields({
  schemaVersion: literal(2),
  mediaType: optional(text),
  artifactType: artifactTypeShape,
  config: descriptorShape,
  layers: nullish(list(descriptorShape)),
  subject: nullish(descriptorShape),
  annotations: nullish(annotationsShape),
});

/** image-spec, image-index.md. Docker manifest lists have the same fields. */
const indexShape = fields({
  schemaVersion: literal(2),
  mediaType: optional(text),
  artifactType: artifactTypeShape,
  manifests: nullish(list(descriptorShape)),
  subject: nullish(descriptorShape),
  annotations: nullish(annotationsShape),
});

export type EdgeKind = "config" | "layer" | "child" | "subject";

/** One descriptor of a manifest: what it points to, and in which role. */
export interface ManifestEdge {
  readonly kind: EdgeKind;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly mediaType: string;
  readonly artifactType: string | undefined;
  readonly platform: Platform | undefined;
  /** False where the specifications allow the content to be absent: subjects, index children, foreign layers. */
  readonly required: boolean;
}

/** What the registry needs to know of a manifest. The bytes themselves are stored as they came. */
export interface ParsedManifest {
  readonly kind: ManifestKind;
  readonly mediaType: string;
  /** As the document says it; undefined when absent or empty. */
  readonly artifactType: string | undefined;
  readonly configMediaType: string | undefined;
  readonly subject: Digest | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  readonly edges: readonly ManifestEdge[];
}

/**
 * Parses and validates a manifest.
 * @param bytes the document as it was pushed
 * @param contentType the request's Content-Type without parameters; undefined or empty when it had none
 * @throws RegistryError `MANIFEST_INVALID` with the path of the first wrong field
 */
export function parseManifest(bytes: Uint8Array, contentType: string | undefined): ParsedManifest {
  const document = parseJson(bytes);
  const mediaType = effectiveMediaType(document, contentType);
  const kind = manifestKind(mediaType);
  if (kind === undefined) {
    throw new RegistryError("MANIFEST_INVALID", `unsupported manifest media type '${mediaType}': expected one of ${MANIFEST_MEDIA_TYPES.join(", ")}`);
  }
  return kind === "image" ? parseImage(document, mediaType) : parseIndex(document, mediaType);
}

/** The type that a manifest declares, as lists of referrers have it (distribution-spec, "Listing Referrers"). What it is can be another, see `effectiveType`. */
export function declaredType(manifest: ParsedManifest): string | undefined {
  return manifest.artifactType ?? manifest.configMediaType;
}

function parseImage(document: Readonly<Record<string, unknown>>, mediaType: string): ParsedManifest {
  if ("manifests" in document) throw ambiguous("manifests", mediaType);
  const image = validate(imageShape, document);
  const edges = [edge("config", image.config), ...(image.layers ?? []).map((layer) => edge("layer", layer))];
  if (image.subject) edges.push(edge("subject", image.subject));
  return {
    kind: "image",
    mediaType,
    artifactType: image.artifactType || undefined,
    configMediaType: image.config.mediaType,
    subject: image.subject?.digest,
    annotations: image.annotations ?? {},
    edges,
  };
}

function parseIndex(document: Readonly<Record<string, unknown>>, mediaType: string): ParsedManifest {
  for (const field of ["config", "layers"]) if (field in document) throw ambiguous(field, mediaType);
  const index = validate(indexShape, document);
  const edges = (index.manifests ?? []).map((child) => edge("child", child));
  if (index.subject) edges.push(edge("subject", index.subject));
  return {
    kind: "index",
    mediaType,
    artifactType: index.artifactType || undefined,
    configMediaType: undefined,
    subject: index.subject?.digest,
    annotations: index.annotations ?? {},
    edges,
  };
}

function edge(kind: EdgeKind, descriptor: Descriptor): ManifestEdge {
  verifyEmbeddedData(descriptor);
  return {
    kind,
    digest: descriptor.digest,
    size: descriptor.size,
    mediaType: descriptor.mediaType,
    artifactType: descriptor.artifactType || undefined,
    platform: descriptor.platform ?? undefined,
    required: kind === "config" || (kind === "layer" && !isNonDistributable(descriptor.mediaType)),
  };
}

/** image-spec, descriptor.md: embedded `data` must be the content that digest and size describe. */
function verifyEmbeddedData(descriptor: Descriptor): void {
  if (descriptor.data === undefined) return;
  const bytes = Buffer.from(descriptor.data, "base64");
  if (bytes.length === descriptor.size && digestOf(bytes, digestAlgorithm(descriptor.digest)) === descriptor.digest) return;
  throw new RegistryError("MANIFEST_INVALID", `the embedded data of ${descriptor.digest} does not match its digest and size`);
}

function effectiveMediaType(document: Readonly<Record<string, unknown>>, contentType: string | undefined): string {
  const declared = document.mediaType;
  if (declared !== undefined && typeof declared !== "string") throw new RegistryError("MANIFEST_INVALID", "manifest field mediaType: expected a string");
  if (contentType && declared && declared !== contentType) {
    throw new RegistryError("MANIFEST_INVALID", `the Content-Type '${contentType}' differs from the manifest's mediaType '${declared}'`);
  }
  const mediaType = contentType || declared;
  if (!mediaType) throw new RegistryError("MANIFEST_INVALID", "the manifest has neither a Content-Type header nor a mediaType field");
  return mediaType;
}

function parseJson(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw new RegistryError("MANIFEST_INVALID", "the manifest is not valid JSON in UTF-8", { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new RegistryError("MANIFEST_INVALID", "the manifest is not a JSON object");
  }
  return value as Readonly<Record<string, unknown>>;
}

function validate<T>(shape: Shape<T>, document: unknown): T {
  const { value, problem } = check(shape, document);
  if (problem === undefined) return value;
  throw new RegistryError("MANIFEST_INVALID", `manifest field ${formatPath(problem, "(document)")}: ${problem.message}`);
}

/** A document that is a manifest to one client and an index to another is refused (CVE-2021-41190). */
function ambiguous(field: string, mediaType: string): RegistryError {
  return new RegistryError("MANIFEST_INVALID", `a document of type ${mediaType} must not have the field '${field}'`);
}
