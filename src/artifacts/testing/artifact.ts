import { type Digest, digestOf } from "../../oci/digest.ts";
import { type ManifestEdge, type ParsedManifest, parseManifest } from "../../oci/manifest.ts";
import { OCI_EMPTY, OCI_IMAGE_INDEX, OCI_IMAGE_MANIFEST } from "../../oci/media-types.ts";
import { extractFacts, type ReadContent } from "../extract.ts";
import type { ArtifactFacts } from "../facts.ts";
import { createTypeTable } from "../type-table.ts";

/** A config or layer: text and bytes as they are, anything else as JSON. */
export interface Part {
  readonly mediaType: string;
  readonly content: unknown;
}

export interface ArtifactParts {
  readonly artifactType?: string;
  readonly config?: Part;
  readonly layers?: readonly Part[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An artifact in memory. */
export interface TestArtifact {
  readonly manifest: ParsedManifest;
  readonly bytes: Uint8Array;
  readonly read: ReadContent;
}

export function testArtifact({ artifactType, config = { mediaType: OCI_EMPTY, content: {} }, layers = [], annotations }: ArtifactParts): TestArtifact {
  const blobs = new Map<Digest, Uint8Array>();
  const descriptor = ({ mediaType, content }: Part) => {
    const bytes = partBytes(content);
    const digest = digestOf(bytes);
    blobs.set(digest, bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const document = { schemaVersion: 2, mediaType: OCI_IMAGE_MANIFEST, artifactType, config: descriptor(config), layers: layers.map(descriptor), annotations };
  const bytes = Buffer.from(JSON.stringify(document));
  return { manifest: parseManifest(bytes, OCI_IMAGE_MANIFEST), bytes, read: async (edge: ManifestEdge) => blobs.get(edge.digest) };
}

export interface IndexChild {
  readonly artifactType?: string;
  readonly platform?: { readonly os: string; readonly architecture: string };
}

export function testIndex(children: readonly IndexChild[], more: Readonly<Record<string, unknown>> = {}): ParsedManifest {
  const manifests = children.map((child, at) => ({ mediaType: OCI_IMAGE_MANIFEST, digest: digestOf(`child ${at}`), size: 2, ...child }));
  return parseManifest(Buffer.from(JSON.stringify({ schemaVersion: 2, manifests, ...more })), OCI_IMAGE_INDEX);
}

/** What the well-known types read of an artifact. */
export function factsOf(parts: ArtifactParts): Promise<ArtifactFacts> {
  const { manifest, read } = testArtifact(parts);
  return extractFacts(manifest, createTypeTable(), { read });
}

export function partBytes(content: unknown): Uint8Array {
  if (content instanceof Uint8Array) return content;
  return Buffer.from(typeof content === "string" ? content : JSON.stringify(content));
}
