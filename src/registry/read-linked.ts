import type { ManifestEdge } from "../oci/manifest.ts";
import type { RepositoryName } from "../oci/name.ts";
import type { Registry } from "./registry.ts";

/**
 * The first bytes of what a manifest points to, from content that its repository has and from no other: at most `limit`, whatever size its
 * descriptor claims. Undefined when the repository does not have it.
 */
export async function readLinked(
  { content, metadata }: Pick<Registry<"blobs" | "manifests">, "content" | "metadata">,
  repository: RepositoryName,
  { kind, digest }: Pick<ManifestEdge, "kind" | "digest">,
  limit: number,
): Promise<Uint8Array | undefined> {
  if (kind === "child" || kind === "subject") return (await metadata.manifests.findByDigest(repository, digest))?.body.subarray(0, limit);
  const blob = await metadata.blobs.find(repository, digest);
  if (blob === undefined) return undefined;
  const reference = { digest, size: blob.size, location: blob.location };
  const source = await content.locate(reference);
  if (source?.kind === "bytes") return source.bytes.subarray(0, limit);
  const wanted = Math.min(limit, blob.size);
  if (wanted === 0) return new Uint8Array();
  const stream = await content.read(reference, { start: 0, end: wanted - 1 });
  return stream && new Uint8Array(await new Response(stream).arrayBuffer());
}
