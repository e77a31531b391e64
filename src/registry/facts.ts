import { extractFacts, type ReadContent } from "../artifacts/extract.ts";
import type { ArtifactFacts } from "../artifacts/facts.ts";
import type { ManifestEdge, ParsedManifest } from "../oci/manifest.ts";
import type { RepositoryName } from "../oci/name.ts";
import type { Registry } from "./registry.ts";

/** Reads what an artifact says about itself, from content that its repository has and from no other. */
export function readFacts(
  registry: Pick<Registry, "content" | "metadata" | "types">,
  repository: RepositoryName,
  manifest: ParsedManifest,
): Promise<ArtifactFacts> {
  const read: ReadContent = (edge, limit) => readLinked(registry, repository, edge, limit);
  return extractFacts(manifest, registry.types(), read);
}

async function readLinked(
  { content, metadata }: Pick<Registry, "content" | "metadata">,
  repository: RepositoryName,
  { kind, digest }: ManifestEdge,
  limit: number,
): Promise<Uint8Array | undefined> {
  if (kind === "child" || kind === "subject") return (await metadata.manifestByDigest(repository, digest))?.body.subarray(0, limit);
  const blob = await metadata.blob(repository, digest);
  if (blob === undefined) return undefined;
  const source = await content.locate(digest, blob.size);
  if (source?.kind === "bytes") return source.bytes.subarray(0, limit);
  const wanted = Math.min(limit, blob.size);
  if (wanted === 0) return new Uint8Array();
  const stream = await content.read(digest, { start: 0, end: wanted - 1 });
  return stream && new Uint8Array(await new Response(stream).arrayBuffer());
}
