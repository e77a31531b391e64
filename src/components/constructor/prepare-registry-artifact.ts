import type { ContentSource, StoredManifest } from "../../client/content/content.ts";
import { parseStored } from "../../client/content/stored-manifest.ts";
import { requirePlatform, selectEntry } from "../../client/select-platform.ts";
import { type Digest, digestOf } from "../../oci/digest.ts";
import { isRepositoryName } from "../../oci/name.ts";
import { ComponentError } from "../component-error.ts";
import { isJsonObject } from "../descriptor/json-tree.ts";
import type { InputContext } from "./input-context.ts";
import type { ArtifactInput } from "./input-schema.ts";
import { type PreparedContent, prepareArtifact } from "./prepared-content.ts";
import { findRegistryArtifact } from "./registry-artifact.ts";

/** An artifact of a registry with all its parts: of one for several platforms those that are asked for. */
export async function prepareRegistryArtifact({ path, repository, platforms }: ArtifactInput, context: InputContext): Promise<PreparedContent> {
  const { reference, source, manifest } = await findRegistryArtifact(path, { client: context.client, signal: context.signal });
  const tag = reference.tag ?? (reference.digest === undefined ? "latest" : undefined);
  const [hint = "", hintTag] = (repository ?? reference.repository).split(":", 2);
  if (!isRepositoryName(hint)) throw new ComponentError("invalid", `'${hint.slice(0, 100)}' is no name of a repository`);
  const name = hintTag ?? tag;
  const chosen = platforms === undefined ? { source, manifest } : await onlyPlatforms({ source, manifest }, platforms, context.signal);
  return prepareArtifact({
    root: chosen.manifest.descriptor,
    source: chosen.source,
    digestName: context.artifactDigest,
    referenceName: name === undefined ? hint : `${hint}:${name}`,
  });
}

interface Artifact {
  readonly source: ContentSource;
  readonly manifest: StoredManifest;
}

/** One platform is the manifest for it; of several an index is made that has no others. */
async function onlyPlatforms({ source, manifest }: Artifact, platforms: readonly string[], signal: AbortSignal | undefined): Promise<Artifact> {
  const parsed = parseStored(manifest, source.name);
  if (parsed.kind !== "index") throw new ComponentError("invalid", "the artifact is for one platform: leave platforms out");
  const digests = new Set<Digest>(platforms.map((platform) => selectEntry(parsed, requirePlatform(platform), "the artifact").digest));
  const [only] = digests;
  if (only !== undefined && digests.size === 1) return { source, manifest: await source.manifest(only, { ...(signal && { signal }) }) };
  const index: unknown = JSON.parse(new TextDecoder().decode(manifest.bytes));
  if (!isJsonObject(index) || !Array.isArray(index.manifests)) throw new ComponentError("invalid", "the artifact has no list of manifests");
  const manifests = index.manifests.filter((entry: unknown) => isJsonObject(entry) && typeof entry.digest === "string" && digests.has(entry.digest as Digest));
  const bytes = new TextEncoder().encode(JSON.stringify({ ...index, manifests }));
  const made: StoredManifest = { descriptor: { mediaType: manifest.descriptor.mediaType, digest: digestOf(bytes), size: bytes.length }, bytes };
  const withMade: ContentSource = {
    ...source,
    manifest: async (reference, options) => (reference === made.descriptor.digest ? made : await source.manifest(reference, options)),
  };
  return { source: withMade, manifest: made };
}
