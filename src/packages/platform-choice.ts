import type { Platform } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import { type ManifestKind, manifestKind } from "../oci/media-types.ts";
import { bestPlatform, formatPlatform, parsePlatform, rankByPlatform } from "../oci/platform.ts";

/** A manifest by what names it. */
export interface NamedManifest {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly artifactType: string | undefined;
  readonly platform?: Platform | undefined;
}

/** A manifest that is there. */
export interface Choosable {
  readonly kind: ManifestKind;
  readonly named: NamedManifest;
  /** Of an index: what it lists, in its order. */
  children(): Promise<readonly NamedManifest[]>;
  /** Of what is no index: what its config says, as `runnablePlatforms` has it. */
  platforms(): Promise<readonly string[]>;
}

/** Reads a child; undefined where it is not there. */
export type ReadChild = (digest: Digest) => Promise<Choosable | undefined>;

/** Children of an index that are looked at. */
const CHILDREN = 1000;

/** Children without a platform in their descriptor whose own content is asked for it. */
const UNNAMED_CHILDREN = 32;

/** Indexes inside indexes that are looked into. */
const DEPTH = 8;

/**
 * The manifest of an artifact for a platform: of an index the child that matches best, at whatever depth, of others the artifact itself.
 * What names no platform and is no index suits all of them.
 * @returns with the platform that suits where one is named; undefined where nothing suits
 */
export async function chooseForPlatform(artifact: Choosable, wanted: Platform, read: ReadChild): Promise<NamedManifest | undefined> {
  return await suited(artifact, { wanted, read, depth: DEPTH });
}

interface Search {
  readonly wanted: Platform;
  readonly read: ReadChild;
  readonly depth: number;
}

async function suited(artifact: Choosable, search: Search): Promise<NamedManifest | undefined> {
  if (artifact.kind === "index") return await bestChild(artifact, search);
  const platforms = await artifact.platforms();
  if (platforms.length === 0) return artifact.named;
  const platform = best(search.wanted, platforms);
  return platform && { ...artifact.named, platform };
}

async function bestChild(index: Choosable, search: Search): Promise<NamedManifest | undefined> {
  const children = (await index.children()).slice(0, CHILDREN);
  for (const child of rankByPlatform(search.wanted, children, ({ platform }) => platform)) {
    const found = manifestKind(child.mediaType) === "index" ? await inside(child, search) : child;
    if (found !== undefined) return found;
  }
  const unnamed = children.filter(({ platform, mediaType }) => platform === undefined && manifestKind(mediaType) !== undefined);
  for (const child of unnamed.slice(0, UNNAMED_CHILDREN)) {
    if (manifestKind(child.mediaType) === "index") {
      const found = await inside(child, search);
      if (found !== undefined) return found;
      continue;
    }
    const artifact = await search.read(child.digest);
    const platform = artifact && best(search.wanted, await artifact.platforms());
    if (platform !== undefined) return { ...child, platform };
  }
  return undefined;
}

/** The image in an index that is a child of another, as builders nest them around an image and its attestation. */
async function inside({ digest }: NamedManifest, { depth, ...search }: Search): Promise<NamedManifest | undefined> {
  const child = depth === 0 ? undefined : await search.read(digest);
  return child && (await suited(child, { ...search, depth: depth - 1 }));
}

function best(wanted: Platform, texts: readonly string[]): Platform | undefined {
  return bestPlatform(
    wanted,
    texts.map(parsePlatform).filter((platform) => platform !== undefined),
  );
}

/** Platforms that a message names. */
const LISTED = 20;

/** What is said of an artifact that has nothing for a platform. @param there the platforms that it has, where they are known */
export function nothingForPlatform(where: string, wanted: Platform, there?: readonly Platform[]): string {
  const has = there && [...new Set(there.map(formatPlatform))];
  const list = has && (has.length === 0 ? ": it names no platforms" : `: it has ${has.slice(0, LISTED).join(", ")}`);
  return `${where} has nothing for ${formatPlatform(wanted)}${list ?? ""}`;
}
