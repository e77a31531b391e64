import { contentsOf, effectiveType } from "../../artifacts/effective-type.ts";
import type { Platform } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import { runnablePlatforms } from "../../oci/platform.ts";
import { type DescriptorDocument, descriptorDocument } from "../../packages/descriptor.ts";
import { type Choosable, chooseForPlatform } from "../../packages/platform-choice.ts";
import { mapParallel } from "./parallel.ts";
import type { PlainArtifact, PlainRepository } from "./plain-repository.ts";

/** Indexes inside indexes that are read for their type. */
const DEPTH = 8;

/** Children of an index that are read for the type that all have in common. */
const TYPED_CHILDREN = 4;

/** The platforms that an artifact runs on, of its config and of what an index lists. */
export async function platformsOf(repository: PlainRepository, artifact: PlainArtifact): Promise<string[]> {
  const { platforms } = await repository.facts(artifact);
  const listed = artifact.manifest.edges.filter(({ kind }) => kind === "child").map(({ platform }) => platform);
  return runnablePlatforms([...platforms, ...listed]);
}

/** The manifest of an artifact for a platform; undefined where it has none. */
export async function platformManifest(repository: PlainRepository, artifact: PlainArtifact, wanted: Platform): Promise<DescriptorDocument | undefined> {
  const read = async (digest: Digest) => {
    const child = await repository.artifact(digest);
    return child && choosable(repository, child);
  };
  const found = await chooseForPlatform(choosable(repository, artifact), wanted, read);
  return found && descriptorDocument(found);
}

function choosable(repository: PlainRepository, artifact: PlainArtifact): Choosable {
  const { descriptor, manifest } = artifact;
  return {
    kind: manifest.kind,
    named: { ...descriptor, artifactType: manifest.artifactType, platform: undefined },
    children: async () => manifest.edges.filter(({ kind }) => kind === "child"),
    platforms: async () => runnablePlatforms((await repository.facts(artifact)).platforms),
  };
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

export function descriptorOf({ descriptor, manifest }: PlainArtifact): DescriptorDocument {
  return descriptorDocument({ ...descriptor, artifactType: manifest.artifactType, platform: undefined });
}
