import type { Descriptor } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import type { ManifestEdge, ParsedManifest } from "../oci/manifest.ts";
import { isNonDistributable, manifestKind } from "../oci/media-types.ts";
import type { Tag } from "../oci/tag.ts";
import { ClientError } from "./client-error.ts";
import type { ContentSource, StoredManifest } from "./content/content.ts";
import { parseStored } from "./content/stored-manifest.ts";
import type { Limiter } from "./limiter.ts";
import { type SignerManifest, signerManifests } from "./signer-tags.ts";

/** Indexes inside indexes, and referrers of referrers, are followed so far. */
const DEPTH_LIMIT = 16;

/** Manifests of one artifact with all that belongs to it. */
const MANIFEST_COUNT_LIMIT = 20_000;

/** Bytes of all of them. */
const MANIFEST_BYTES_LIMIT = 512 * 1024 * 1024;

/** A manifest with what must be there before it. */
export interface ArtifactNode {
  readonly manifest: StoredManifest;
  readonly parsed: ParsedManifest;
  /** Config, layers, and what else of an index is no manifest. */
  readonly blobs: readonly Descriptor[];
  readonly children: readonly ArtifactNode[];
  /** What refers to it; empty unless it was asked for. */
  readonly referrers: readonly ArtifactNode[];
  /** What signers put beside it, by tags made of its digest; empty unless referrers were asked for. */
  readonly signers: readonly SignerNode[];
}

/** A manifest that belongs to another by its tag. */
export interface SignerNode extends SignerManifest {
  readonly node: ArtifactNode;
}

export interface TreeOptions {
  readonly source: ContentSource;
  readonly limiter: Limiter;
  readonly referrers: boolean;
  readonly signal: AbortSignal;
}

/**
 * Reads an artifact's manifests, down to the last child, and with `referrers` also what refers to each of them.
 * @throws ClientError `invalid` when they are more, or deeper, than any real artifact's
 */
export async function readArtifactTree(root: StoredManifest, options: TreeOptions): Promise<ArtifactNode> {
  const known = new Map<Digest, Promise<StoredManifest>>([[root.descriptor.digest, Promise.resolve(root)]]);
  let bytes = 0;
  const fetch = (digest: Digest): Promise<StoredManifest> => {
    const asked = known.get(digest);
    if (asked !== undefined) return asked;
    if (known.size >= MANIFEST_COUNT_LIMIT)
      throw new ClientError("invalid", `${options.source.name} has more than ${MANIFEST_COUNT_LIMIT} manifests for one artifact`);
    const asking = options.limiter.run(() => options.source.manifest(digest, { signal: options.signal }));
    known.set(digest, asking);
    return asking;
  };
  const nodes = new Map<Digest, Promise<ArtifactNode>>();
  const visit = (digest: Digest, above: readonly Digest[]): Promise<ArtifactNode> => {
    if (above.length > DEPTH_LIMIT) throw new ClientError("invalid", `${options.source.name}@${above[0]} nests deeper than ${DEPTH_LIMIT} levels`);
    const visited = nodes.get(digest);
    if (visited !== undefined) return visited;
    const visiting = build(digest, above);
    nodes.set(digest, visiting);
    return visiting;
  };
  const build = async (digest: Digest, above: readonly Digest[]): Promise<ArtifactNode> => {
    const manifest = await fetch(digest);
    bytes += manifest.bytes.length;
    if (bytes > MANIFEST_BYTES_LIMIT)
      throw new ClientError("invalid", `${options.source.name} has more than ${MANIFEST_BYTES_LIMIT} bytes of manifests for one artifact`);
    const parsed = parseStored(manifest, `${options.source.name}@${digest}`);
    const path = [...above, digest];
    // a manifest names its children by digest, so it cannot be among them: only referrers can lead back
    const isManifest = ({ kind, mediaType }: ManifestEdge) => kind === "child" && manifestKind(mediaType) !== undefined;
    const [children, referrers, signers] = await Promise.all([
      Promise.all(parsed.edges.filter(isManifest).map((edge) => visit(edge.digest, path))),
      options.referrers ? visitReferrers(digest, path) : [],
      options.referrers ? visitSigners(digest, path) : [],
    ]);
    const blobs = parsed.edges.filter((edge) => edge.kind !== "subject" && !isManifest(edge) && !isNonDistributable(edge.mediaType));
    return { manifest, parsed, blobs: blobs.map(({ digest, size, mediaType }) => ({ digest, size, mediaType })), children, referrers, signers };
  };
  const visitSigners = async (digest: Digest, path: readonly Digest[]): Promise<SignerNode[]> => {
    const asked = (tag: Tag | Digest) => options.limiter.run(() => options.source.manifest(tag, { signal: options.signal }));
    const found = (await signerManifests({ manifest: asked }, digest)).filter(({ manifest }) => !path.includes(manifest.descriptor.digest));
    return await Promise.all(
      found.map(async (signer) => {
        const { digest } = signer.manifest.descriptor;
        if (!known.has(digest)) known.set(digest, Promise.resolve(signer.manifest));
        return { ...signer, node: await visit(digest, path) };
      }),
    );
  };
  const visitReferrers = async (digest: Digest, path: readonly Digest[]): Promise<ArtifactNode[]> => {
    const found = await options.limiter.run(() => options.source.referrers(digest, { signal: options.signal }));
    return await Promise.all(found.filter((referrer) => !path.includes(referrer.digest)).map((referrer) => visit(referrer.digest, path)));
  };
  return await visit(root.descriptor.digest, []);
}
