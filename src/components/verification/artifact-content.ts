import { type ArtifactNode, readArtifactTree } from "../../client/artifact-tree.ts";
import type { ContentSource, ReadOptions } from "../../client/content/content.ts";
import { createLimiter } from "../../client/limiter.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";

/** Manifests asked for at a time. */
const CONCURRENCY = 4;

/** The manifests of an artifact, children first, with their blobs; each manifest and each blob once. */
export interface ArtifactParts {
  readonly manifests: readonly { readonly descriptor: Descriptor; readonly bytes: Uint8Array }[];
  readonly blobs: readonly Descriptor[];
}

/** What an OCI artifact consists of, down to the last child. @throws ClientError `not-found`, `invalid` for what is missing or damaged */
export async function artifactParts(
  source: ContentSource,
  root: Descriptor,
  { signal = new AbortController().signal }: ReadOptions = {},
): Promise<ArtifactParts> {
  const manifest = await source.manifest(root.digest, { signal });
  const tree = await readArtifactTree(manifest, { source, limiter: createLimiter(CONCURRENCY), referrers: false, signal });
  const manifests = new Map<Digest, ArtifactNode["manifest"]>();
  const blobs = new Map<Digest, Descriptor>();
  for (const node of nodesOf(tree)) {
    manifests.set(node.manifest.descriptor.digest, node.manifest);
    for (const blob of node.blobs) blobs.set(blob.digest, blob);
  }
  return { manifests: [...manifests.values()], blobs: [...blobs.values()] };
}

/**
 * Reads an artifact to its last byte, which verifies all of it.
 * @returns the bytes of its manifest or index
 * @throws ClientError `not-found`, `invalid` for what is missing or damaged
 */
export async function readArtifact(source: ContentSource, root: Descriptor, options: ReadOptions = {}): Promise<Uint8Array> {
  const { manifests, blobs } = await artifactParts(source, root, options);
  for (const blob of blobs) for await (const _ of source.blob(blob, options));
  return manifests.find(({ descriptor }) => descriptor.digest === root.digest)?.bytes ?? new Uint8Array();
}

/** Children first; a manifest that several have comes several times. */
function* nodesOf(node: ArtifactNode): Generator<ArtifactNode> {
  for (const child of node.children) yield* nodesOf(child);
  yield node;
}
