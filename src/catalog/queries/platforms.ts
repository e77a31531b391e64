import type { Platform } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import type { RepositoryName } from "../../oci/name.ts";
import { formatPlatform, parsePlatform } from "../../oci/platform.ts";
import { type DescriptorDocument, descriptorDocument } from "../../packages/descriptor.ts";
import { type Choosable, chooseForPlatform } from "../../packages/platform-choice.ts";
import type { ManifestSummary } from "../../storage/metadata/manifests.ts";
import type { Ports } from "../../storage/metadata/store.ts";

/** The usual names of the platforms of a parameter, by which storage finds them. */
export function platformNames(texts: readonly string[] | undefined): string[] | undefined {
  return texts?.map((text) => {
    const platform = parsePlatform(text);
    return platform === undefined ? text : formatPlatform(platform);
  });
}

/** Edges of an index that are read. */
const EDGES = 1000;

/** The manifest of an artifact for a platform; undefined where it has none. */
export async function platformManifest(
  metadata: Ports<"manifests" | "graph">,
  repository: RepositoryName,
  manifest: ManifestSummary,
  wanted: Platform,
): Promise<DescriptorDocument | undefined> {
  const choosable = (of: ManifestSummary): Choosable => ({
    kind: of.kind,
    named: { mediaType: of.mediaType, digest: of.digest, size: of.size, artifactType: of.artifactType },
    children: async () => {
      const edges = await metadata.graph.edgesFrom(repository, [of.digest], EDGES);
      return edges.filter(({ kind }) => kind === "child").map(({ to: digest, ...edge }) => ({ ...edge, digest }));
    },
    platforms: async () => of.platforms,
  });
  const read = async (digest: Digest) => {
    const child = await metadata.manifests.summary(repository, digest);
    return child && choosable(child);
  };
  const found = await chooseForPlatform(choosable(manifest), wanted, read);
  return found && descriptorDocument(found);
}
