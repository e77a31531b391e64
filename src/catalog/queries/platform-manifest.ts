import type { TagDocument } from "../../api/tags.ts";
import type { Platform } from "../../oci/descriptor.ts";
import { manifestKind } from "../../oci/media-types.ts";
import type { RepositoryName } from "../../oci/name.ts";
import { isRunnable, parsePlatform, platformMatch } from "../../oci/platform.ts";
import type { GraphEdge, ManifestSummary } from "../../storage/catalog-store.ts";
import type { MetadataReader } from "../../storage/metadata-store.ts";
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
  readonly metadata: MetadataReader;
  readonly repository: RepositoryName;
  readonly depth: number;
}

/**
 * The manifest of an artifact for a platform: of an index the child that matches best, at whatever depth, of others the artifact itself.
 * What names no platform and is no index suits all of them.
 */
export async function platformManifest(
  metadata: MetadataReader,
  repository: RepositoryName,
  manifest: ManifestSummary,
  wanted: Platform,
): Promise<Descriptor | undefined> {
  return await suited({ metadata, repository, depth: DEPTH }, manifest, wanted);
}

async function suited(place: Place, manifest: ManifestSummary, wanted: Platform): Promise<Descriptor | undefined> {
  if (manifest.kind === "index") return bestChild(place, manifest, wanted);
  const best = bestOf(wanted, manifest.platforms);
  if (best.match === 0 && manifest.platforms.length > 0) return undefined;
  return { ...descriptorOf(manifest), ...(best.platform !== undefined && { platform: best.platform }) };
}

async function bestChild(place: Place, index: ManifestSummary, wanted: Platform): Promise<Descriptor | undefined> {
  const { metadata, repository } = place;
  const edges = (await metadata.edgesFrom(repository, [index.digest], CHILDREN)).filter(({ kind }) => kind === "child");
  const ranked = edges
    .map((edge) => ({ edge, match: edge.platform === undefined || !isRunnable(edge.platform) ? 0 : platformMatch(wanted, edge.platform) }))
    .filter(({ match }) => match > 0)
    .sort((a, b) => b.match - a.match);
  for (const { edge } of ranked) {
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
    const child = await metadata.manifestSummary(repository, edge.to);
    const { match, platform } = bestOf(wanted, child?.platforms ?? []);
    if (match > 0) return { ...descriptorOfEdge(edge), ...(platform !== undefined && { platform }) };
  }
  return undefined;
}

/** The image in an index that is a child of another, as builders nest them around an image and its attestation. */
async function inside(place: Place, { to }: GraphEdge, wanted: Platform): Promise<Descriptor | undefined> {
  const child = place.depth === 0 ? undefined : await place.metadata.manifestSummary(place.repository, to);
  return child && (await suited({ ...place, depth: place.depth - 1 }, child, wanted));
}

function bestOf(wanted: Platform, there: readonly string[]): { readonly match: number; readonly platform: Platform | undefined } {
  let best: { match: number; platform: Platform | undefined } = { match: 0, platform: undefined };
  for (const text of there) {
    const platform = parsePlatform(text);
    const match = platform === undefined ? 0 : platformMatch(wanted, platform);
    if (match > best.match) best = { match, platform };
  }
  return best;
}

function descriptorOfEdge({ mediaType, to, size, artifactType, platform }: GraphEdge): Descriptor {
  return { mediaType, digest: to, size, artifactType: artifactType ?? null, ...(platform !== undefined && { platform }) };
}
