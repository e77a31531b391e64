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

type Descriptor = TagDocument["descriptor"];

/**
 * The manifest of an artifact for a platform: of an index the child that matches best, of others the artifact itself.
 * What names no platform and is no index suits all of them.
 */
export async function platformManifest(
  metadata: MetadataReader,
  repository: RepositoryName,
  manifest: ManifestSummary,
  wanted: Platform,
): Promise<Descriptor | undefined> {
  if (manifest.kind === "index") return bestChild(metadata, repository, manifest, wanted);
  const best = bestOf(wanted, manifest.platforms);
  if (best.match === 0 && manifest.platforms.length > 0) return undefined;
  return { ...descriptorOf(manifest), ...(best.platform !== undefined && { platform: best.platform }) };
}

async function bestChild(metadata: MetadataReader, repository: RepositoryName, index: ManifestSummary, wanted: Platform): Promise<Descriptor | undefined> {
  const edges = (await metadata.edgesFrom(repository, [index.digest], CHILDREN)).filter(({ kind }) => kind === "child");
  let best: { readonly match: number; readonly descriptor: Descriptor } | undefined;
  for (const edge of edges) {
    const match = edge.platform === undefined || !isRunnable(edge.platform) ? 0 : platformMatch(wanted, edge.platform);
    if (match > (best?.match ?? 0)) best = { match, descriptor: descriptorOfEdge(edge) };
  }
  if (best !== undefined) return best.descriptor;
  const unnamed = edges.filter(({ platform, mediaType }) => platform === undefined && manifestKind(mediaType) === "image").slice(0, UNNAMED_CHILDREN);
  for (const edge of unnamed) {
    const child = await metadata.manifestSummary(repository, edge.to);
    const { match, platform } = bestOf(wanted, child?.platforms ?? []);
    if (match > 0) return { ...descriptorOfEdge(edge), ...(platform !== undefined && { platform }) };
  }
  return undefined;
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
