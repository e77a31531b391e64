import type { Graph } from "../../api/graph.ts";
import type { Digest } from "../../oci/digest.ts";
import type { EdgeKind } from "../../oci/manifest.ts";
import { manifestKind } from "../../oci/media-types.ts";
import { formatPlatform } from "../../oci/platform.ts";
import { mapParallel } from "./parallel.ts";
import type { PlainArtifact, PlainRepository } from "./plain-repository.ts";
import type { KnownTags } from "./tag-digests.ts";

export type Node = Graph["nodes"][number];

export interface Edge {
  readonly from: Digest;
  readonly to: Digest;
  readonly kind: EdgeKind;
  readonly platform?: string;
}

/** One step through a graph: an edge, and what stands at its other end. */
export interface Step {
  readonly edge: Edge;
  readonly node: Node;
  /** The node has edges of its own in this direction. */
  readonly goesOn: boolean;
}

/** The steps from a node. */
export type Neighbours = (digest: Digest) => Promise<readonly Step[]>;

/** What a manifest needs: config, layers, children and its subject. */
export function needs(repository: PlainRepository, known: KnownTags): Neighbours {
  return async (digest) => {
    const artifact = await readable(repository, digest);
    return (artifact?.manifest.edges ?? []).map(({ kind, digest: to, mediaType, size, platform }): Step => {
      const goesOn = isManifestEdge(kind) && manifestKind(mediaType) !== undefined;
      return {
        edge: edgeOf(digest, to, kind, platform),
        node: { digest: to, kind: isManifestEdge(kind) ? "manifest" : "blob", mediaType, size, type: null, tags: known.of(to), missing: false },
        goesOn,
      };
    });
  };
}

/** What needs a manifest: its referrers, and the indexes with a tag that list it. */
export async function neededBy(repository: PlainRepository, known: KnownTags): Promise<Neighbours> {
  const indexes = (await mapParallel(known.indexes, (digest) => readable(repository, digest))).filter((index) => index !== undefined);
  return async (digest) => {
    const referrers = (await repository.referrers(digest)).map(({ digest: from, mediaType, size, artifactType }): Step => {
      const node: Node = { digest: from, kind: "manifest", mediaType, size, type: artifactType || null, tags: known.of(from), missing: false };
      return { edge: { from, to: digest, kind: "subject" }, node, goesOn: true };
    });
    return [...indexes.flatMap((index) => listings(index, digest, known)), ...referrers];
  };
}

function listings({ descriptor, manifest }: PlainArtifact, child: Digest, known: KnownTags): Step[] {
  const { digest: from, mediaType, size } = descriptor;
  const node: Node = { digest: from, kind: "manifest", mediaType, size, type: null, tags: known.of(from), missing: false };
  return manifest.edges
    .filter(({ kind, digest }) => kind === "child" && digest === child)
    .map(({ platform }) => ({ edge: edgeOf(from, child, "child", platform), node, goesOn: true }));
}

/** The manifest, unless it is not there or cannot be parsed: such a one leads nowhere. */
export async function readable(repository: PlainRepository, digest: Digest): Promise<PlainArtifact | undefined> {
  try {
    return await repository.artifact(digest);
  } catch (error) {
    if (error instanceof Error && error.name === "RegistryError") return undefined;
    throw error;
  }
}

function edgeOf(from: Digest, to: Digest, kind: EdgeKind, platform: Parameters<typeof formatPlatform>[0] | undefined): Edge {
  return { from, to, kind, ...(platform !== undefined && { platform: formatPlatform(platform) }) };
}

function isManifestEdge(kind: EdgeKind): boolean {
  return kind === "child" || kind === "subject";
}
