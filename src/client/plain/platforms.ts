import type { TagDocument } from "../../api/tags.ts";
import { contentsOf, effectiveType } from "../../artifacts/effective-type.ts";
import type { Platform } from "../../oci/descriptor.ts";
import type { ManifestEdge } from "../../oci/manifest.ts";
import { manifestKind } from "../../oci/media-types.ts";
import { bestPlatform, rankByPlatform, runnablePlatforms } from "../../oci/platform.ts";
import { mapParallel } from "./parallel.ts";
import type { PlainArtifact, PlainRepository } from "./plain-repository.ts";

/** Children without a platform in their descriptor that are read for it. */
const UNNAMED_CHILDREN = 16;

/** Indexes inside indexes that are looked into. */
const DEPTH = 8;

/** Children of an index that are read for the type that all have in common. */
const TYPED_CHILDREN = 4;

export type ApiDescriptor = TagDocument["descriptor"];

/** The platforms that an artifact runs on, of its config and of what an index lists. */
export async function platformsOf(repository: PlainRepository, artifact: PlainArtifact): Promise<string[]> {
  const { platforms } = await repository.facts(artifact);
  const listed = artifact.manifest.edges.filter(({ kind }) => kind === "child").map(({ platform }) => platform);
  return runnablePlatforms([...platforms, ...listed]);
}

/**
 * The manifest of an artifact for a platform: of an index the child that matches best, at whatever depth, of others the artifact itself. What
 * names no platform and is no index suits all of them.
 */
export async function platformManifest(
  repository: PlainRepository,
  artifact: PlainArtifact,
  wanted: Platform,
  depth = DEPTH,
): Promise<ApiDescriptor | undefined> {
  if (artifact.manifest.kind === "index") return await bestChild(repository, artifact, wanted, depth);
  const { platforms } = await repository.facts(artifact);
  if (platforms.length === 0) return descriptorOf(artifact);
  const best = bestPlatform(wanted, platforms);
  return best && { ...descriptorOf(artifact), platform: best };
}

async function bestChild(repository: PlainRepository, { manifest }: PlainArtifact, wanted: Platform, depth: number): Promise<ApiDescriptor | undefined> {
  const children = manifest.edges.filter(({ kind }) => kind === "child");
  for (const child of rankByPlatform(wanted, children, ({ platform }) => platform)) {
    const found = manifestKind(child.mediaType) === "index" ? await inside(repository, child, wanted, depth) : descriptorOfEdge(child);
    if (found !== undefined) return found;
  }
  const unnamed = children.filter(({ platform, mediaType }) => platform === undefined && manifestKind(mediaType) !== undefined);
  for (const child of unnamed.slice(0, UNNAMED_CHILDREN)) {
    if (manifestKind(child.mediaType) === "index") {
      const found = await inside(repository, child, wanted, depth);
      if (found !== undefined) return found;
      continue;
    }
    const artifact = await repository.artifact(child.digest);
    const platform = artifact && bestPlatform(wanted, (await repository.facts(artifact)).platforms);
    if (platform !== undefined) return { ...descriptorOfEdge(child), platform };
  }
  return undefined;
}

/** The image in an index that is a child of another, as builders nest them around an image and its attestation. */
async function inside(repository: PlainRepository, child: ManifestEdge, wanted: Platform, depth: number): Promise<ApiDescriptor | undefined> {
  const artifact = depth === 0 ? undefined : await repository.artifact(child.digest);
  return artifact && (await platformManifest(repository, artifact, wanted, depth - 1));
}

/** The type of an artifact; of an index without one of its own that of its first children, as far as they agree. */
export async function contentTypeOf(repository: PlainRepository, { manifest }: PlainArtifact, depth = DEPTH): Promise<string | null> {
  if (manifest.kind === "image" || manifest.artifactType !== undefined || depth === 0) return effectiveType(manifest) ?? null;
  const types = new Map(
    await mapParallel(contentsOf(manifest).slice(0, TYPED_CHILDREN), async ({ digest }): Promise<[string, string | null | undefined]> => {
      const child = await repository.artifact(digest);
      return [digest, child && (await contentTypeOf(repository, child, depth - 1))];
    }),
  );
  return effectiveType(manifest, (child) => types.get(child) ?? undefined) ?? null;
}

export function descriptorOf({ descriptor, manifest }: PlainArtifact): ApiDescriptor {
  const { mediaType, digest, size } = descriptor;
  return { mediaType, digest, size, artifactType: manifest.artifactType ?? null };
}

function descriptorOfEdge({ mediaType, digest, size, artifactType, platform }: ManifestEdge): ApiDescriptor {
  return { mediaType, digest, size, artifactType: artifactType ?? null, ...(platform !== undefined && { platform }) };
}
