import type { Platform } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import type { ManifestEdge, ParsedManifest } from "../oci/manifest.ts";
import { manifestKind } from "../oci/media-types.ts";
import { parsePlatform, rankByPlatform, runnablePlatforms } from "../oci/platform.ts";
import { type Choosable, chooseForPlatform, nothingForPlatform } from "../packages/platform-choice.ts";
import { ClientError, isClientError } from "./client-error.ts";
import type { ContentSource, ReadOptions, StoredManifest } from "./content/content.ts";
import { parseStored } from "./content/stored-manifest.ts";
import { collect } from "./content/verified.ts";

/** Reads a platform that a user wrote, by any of its names. @throws ClientError `invalid` */
export function requirePlatform(text: string): Platform {
  const platform = parsePlatform(text);
  if (platform !== undefined) return platform;
  throw new ClientError("invalid", `invalid platform '${text.slice(0, 100)}': expected os/architecture or os/architecture/variant, e.g. linux/amd64`);
}

/**
 * The entry of an index for a platform, be it an index itself; of several that suit as well the first.
 * @param name of the index, for messages
 * @throws ClientError `not-found` with the platforms that there are
 */
export function selectEntry(index: ParsedManifest, wanted: Platform, name: string): ManifestEdge {
  const [found] = rankByPlatform(wanted, childrenOf(index), ({ platform }) => platform);
  if (found === undefined) throw nothingFor(index, wanted, name);
  return found;
}

/**
 * The manifest in an index for a platform, as `chooseForPlatform` finds it, at whatever depth.
 * @param name of the index, for messages
 * @throws ClientError `not-found` with the platforms that there are
 */
export async function selectManifest(
  source: ContentSource,
  index: { readonly manifest: StoredManifest; readonly parsed: ParsedManifest },
  { wanted, name, ...options }: ReadOptions & { readonly wanted: Platform; readonly name: string },
): Promise<Digest> {
  const choosable = (manifest: StoredManifest, parsed: ParsedManifest): Choosable => ({
    kind: parsed.kind,
    named: { ...manifest.descriptor, artifactType: parsed.artifactType, platform: undefined },
    children: async () => childrenOf(parsed),
    platforms: () => platformsOf(source, parsed, options),
  });
  const found = await chooseForPlatform(choosable(index.manifest, index.parsed), wanted, async (digest) => {
    const child = await source.manifest(digest, options).catch(unlessMissing);
    return child && choosable(child, parseStored(child));
  });
  if (found === undefined) throw nothingFor(index.parsed, wanted, name);
  return found.digest;
}

/** What the config of an image says, which is read where an index does not say it: seldom, so what reads it is loaded then. */
async function platformsOf(source: ContentSource, parsed: ParsedManifest, options: ReadOptions): Promise<string[]> {
  const [{ extractFacts }, { createTypeTable }] = await Promise.all([import("../artifacts/extract.ts"), import("../artifacts/type-table.ts")]);
  const read = async ({ digest, mediaType, size }: ManifestEdge) => {
    if (manifestKind(mediaType) !== undefined) return (await source.manifest(digest, options).catch(unlessMissing))?.bytes;
    return await collect(source.blob({ digest, mediaType, size }, options)).catch(unlessMissing);
  };
  return runnablePlatforms((await extractFacts(parsed, createTypeTable(), { read })).platforms);
}

function childrenOf({ edges }: ParsedManifest): ManifestEdge[] {
  return edges.filter(({ kind }) => kind === "child");
}

function nothingFor(index: ParsedManifest, wanted: Platform, name: string): ClientError {
  const there = childrenOf(index).flatMap(({ platform }) => (platform === undefined ? [] : [platform]));
  return new ClientError("not-found", nothingForPlatform(name, wanted, there));
}

function unlessMissing(error: unknown): undefined {
  if (!isClientError(error, "not-found")) throw error;
}
