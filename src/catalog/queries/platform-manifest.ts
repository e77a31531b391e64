import type { TagDocument } from "../../api/tags.ts";
import type { Platform } from "../../oci/descriptor.ts";
import { manifestKind } from "../../oci/media-types.ts";
import type { RepositoryName } from "../../oci/name.ts";
import { parsePlatform, rankByPlatform } from "../../oci/platform.ts";
import type { GraphEdge } from "../../storage/metadata/catalog/graph.ts";
import type { ManifestSummary } from "../../storage/metadata/manifests.ts";
import type { MetadataPorts } from "../../storage/metadata/store.ts";
import { descriptorOf } from "./tag-document.ts";

/** Children of an index that are looked at. */
const CHILDREN = 1000;

/** Children without a platform in their descriptor whose own content is asked for it. */
const UNNAMED_CHILDREN = 32;

/** Indexes inside indexes that are looked into. */
const DEPTH = 8;

type Descriptor = TagDocument["descriptor"];

/** Where to look for it. */
interface Place {
  readonly metadata: MetadataPorts;
  readonly repository: RepositoryName;
  readonly depth: number;
}

/**
 * The manifest of an artifact for a platform: of an index the child that matches best, at whatever depth, of others the artifact itself.
 * What names no platform and is no index suits all of them.
 */
export async function platformManifest(
  metadata: MetadataPorts,
  repository: RepositoryName,
  manifest: ManifestSummary,
  wanted: Platform,
): Promise<Descriptor | undefined> {
  return await suited({ metadata, repository, depth: DEPTH }, manifest, wanted);
}

async function suited(place: Place, manifest: ManifestSummary, wanted: Platform): Promise<Descriptor | undefined> {
  if (manifest.kind === "index") return bestChild(place, manifest, wanted);
  const platform = bestOf(wanted, manifest.platforms);
  if (platform === undefined && manifest.platforms.length > 0) return undefined;
  return { ...descriptorOf(manifest), ...(platform !== undefined && { platform }) };
}

async function bestChild(place: Place, index: ManifestSummary, wanted: Platform): Promise<Descriptor | undefined> {
  const { metadata, repository } = place;
  const edges = (await metadata.graph.edgesFrom(repository, [index.digest], CHILDREN)).filter(({ kind }) => kind === "child");
  for (const edge of rankByPlatform(wanted, edges, ({ platform }) => platform)) {
    const found = manifestKind(edge.mediaType) === "index" ? await inside(place, edge, wanted) : descriptorOfEdge(edge);
    if (found !== undefined) return found;
  }
  const unnamed = edges.filter(({ platform, mediaType }) => platform === undefined && manifestKind(mediaType) !== undefined);
  for (const edge of unnamed.slice(0, UNNAMED_CHILDREN)) {
    if (manifestKind(edge.mediaType) === "index") {
      const found = await inside(place, edge, wanted);
      if (found !== undefined) return found;
      continue;
    }
    const child = await metadata.manifests.summary(repository, edge.to);
    const platform = bestOf(wanted, child?.platforms ?? []);
    if (platform !== undefined) return { ...descriptorOfEdge(edge), platform };
  }
  return undefined;
}

/** The image in an index that is a child of another, as builders nest them around an image and its attestation. */
async function inside(place: Place, { to }: GraphEdge, wanted: Platform): Promise<Descriptor | undefined> {
  const child = place.depth === 0 ? undefined : await place.metadata.manifests.summary(place.repository, to);
  return child && (await suited({ ...place, depth: place.depth - 1 }, child, wanted));
}

function bestOf(wanted: Platform, there: readonly string[]): Platform | undefined {
  return rankByPlatform(wanted, there.map(parsePlatform), (platform) => platform)[0];
}

function descriptorOfEdge({ mediaType, to, size, artifactType, platform }: GraphEdge): Descriptor {
  return { mediaType, digest: to, size, artifactType: artifactType ?? null, ...(platform !== undefined && { platform }) };
}
