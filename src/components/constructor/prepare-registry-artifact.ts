import type { ContentSource, StoredManifest } from "../../client/content/content.ts";
import { parseStored } from "../../client/content/parse-stored.ts";
import { parsePlatform, selectPlatform } from "../../client/platform.ts";
import { digestOf } from "../../oci/digest.ts";
import { isRepositoryName } from "../../oci/name.ts";
import { ComponentError } from "../component-error.ts";
import { isJsonObject } from "../descriptor/json-tree.ts";
import type { ArtifactInput } from "./input-schema.ts";
import type { InputContext } from "./prepare-input.ts";
import { type PreparedContent, prepareArtifact } from "./prepared-content.ts";
import { findRegistryArtifact } from "./registry-artifact.ts";

/** An artifact of a registry with all its parts: of one for several platforms those that are asked for. */
export async function prepareRegistryArtifact({ path, repository, platforms }: ArtifactInput, context: InputContext): Promise<PreparedContent> {
  const where = context.place("path");
  const { reference, source, manifest } = await findRegistryArtifact(path, { client: context.client, where, signal: context.signal });
  const tag = reference.tag ?? (reference.digest === undefined ? "latest" : undefined);
  const [hint = "", hintTag] = (repository ?? reference.repository).split(":", 2);
  if (!isRepositoryName(hint)) throw new ComponentError("invalid", `${context.place("repository")}: '${hint.slice(0, 100)}' is no name of a repository`);
  const name = hintTag ?? tag;
  const chosen = platforms === undefined ? { source, manifest } : await onlyPlatforms({ source, manifest }, platforms, { where, signal: context.signal });
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
async function onlyPlatforms(
  { source, manifest }: Artifact,
  platforms: readonly string[],
  { where, signal }: { readonly where: string; readonly signal: AbortSignal | undefined },
): Promise<Artifact> {
  const parsed = parseStored(manifest, source.name);
  if (parsed.kind !== "index") throw new ComponentError("invalid", `${where}: the artifact is for one platform: leave platforms out`);
  const digests = new Set<string>(platforms.map((platform) => selectPlatform(parsed, parsePlatform(platform), `${where}: the artifact`).digest));
  const [only] = digests;
  if (digests.size === 1) return { source, manifest: await source.manifest(only as never, { ...(signal && { signal }) }) };
  const index: unknown = JSON.parse(new TextDecoder().decode(manifest.bytes));
  if (!isJsonObject(index) || !Array.isArray(index.manifests)) throw new ComponentError("invalid", `${where}: the artifact has no list of manifests`);
  const manifests = index.manifests.filter((entry: unknown) => isJsonObject(entry) && typeof entry.digest === "string" && digests.has(entry.digest));
  const bytes = new TextEncoder().encode(JSON.stringify({ ...index, manifests }));
  const made: StoredManifest = { descriptor: { mediaType: manifest.descriptor.mediaType, digest: digestOf(bytes), size: bytes.length }, bytes };
  const withMade: ContentSource = {
    ...source,
    manifest: async (reference, options) => (reference === made.descriptor.digest ? made : await source.manifest(reference, options)),
  };
  return { source: withMade, manifest: made };
}
