import { type ArtifactNode, readArtifactTree } from "../../client/artifact-tree.ts";
import type { ByteStream, ContentSource, ReadOptions } from "../../client/content/content.ts";
import { gzip } from "../../client/content/gzip.ts";
import { blobName } from "../../client/content/layout-archive.ts";
import { EMPTY_INDEX, formatLayoutIndex, INDEX_FILE, LAYOUT_CONTENT, LAYOUT_FILE, withEntry } from "../../client/content/layout-index.ts";
import { BLOCK, formatTarHeader, padding } from "../../client/content/tar-header.ts";
import { createLimiter } from "../../client/limiter.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Tag } from "../../oci/tag.ts";

/** Manifests asked for at a time. */
const CONCURRENCY = 4;

export interface LayoutArchiveOptions extends ReadOptions {
  /** The artifact's name in the layout. */
  readonly tag?: Tag;
}

/** An artifact with all its parts as an OCI layout in a tgz, made while it is read. Every part is verified. */
export function layoutArchive(root: Descriptor, source: ContentSource, options: LayoutArchiveOptions = {}): ByteStream {
  return gzip(layoutTar(root, source, options));
}

/** The same without compression. */
export async function* layoutTar(
  root: Descriptor,
  source: ContentSource,
  { tag, signal = new AbortController().signal }: LayoutArchiveOptions = {},
): AsyncGenerator<Uint8Array> {
  const manifest = await source.manifest(root.digest, { signal });
  const tree = await readArtifactTree(manifest, { source, limiter: createLimiter(CONCURRENCY), referrers: false, signal });
  const index = withEntry(EMPTY_INDEX, manifest.descriptor, tag === undefined ? [] : [tag]);
  yield* member(LAYOUT_FILE, new TextEncoder().encode(LAYOUT_CONTENT));
  yield* member(INDEX_FILE, new TextEncoder().encode(formatLayoutIndex(index)));
  const written = new Set<string>();
  for (const { blobs, manifest } of nodesOf(tree)) {
    for (const blob of blobs) {
      if (written.has(blob.digest)) continue;
      written.add(blob.digest);
      yield formatTarHeader(blobName(blob.digest), blob.size);
      yield* source.blob(blob, { signal });
      yield new Uint8Array(padding(blob.size));
    }
    if (written.has(manifest.descriptor.digest)) continue;
    written.add(manifest.descriptor.digest);
    yield* member(blobName(manifest.descriptor.digest), manifest.bytes);
  }
  yield new Uint8Array(2 * BLOCK);
}

function* member(name: string, content: Uint8Array): Generator<Uint8Array> {
  yield formatTarHeader(name, content.length);
  yield content;
  yield new Uint8Array(padding(content.length));
}

/** Children first. */
function* nodesOf(node: ArtifactNode): Generator<ArtifactNode> {
  for (const child of node.children) yield* nodesOf(child);
  yield node;
}
