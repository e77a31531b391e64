import type { Digest } from "../oci/digest.ts";
import type { EdgeKind } from "../oci/manifest.ts";
import { isImageConfig } from "../oci/media-types.ts";
import { ContentError } from "./content-error.ts";
import { type ImageDetails, parseImageDetails } from "./image-details.ts";

/** What a manifest points to. */
export interface ContentEdge {
  readonly kind: EdgeKind;
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

/** A config or a layer. */
export type ContentPart = Omit<ContentEdge, "kind">;

/** What an artifact consists of, as documents have it. */
export interface ContentSummary {
  /** Bytes of configs and layers, each once, of an index those of all its manifests; null: of more manifests than are looked at. */
  readonly size: number | null;
  readonly config: ContentPart | null;
  /** In their order, the first ones; `layerCount` counts all. */
  readonly layers: ContentPart[];
  readonly layerCount: number;
  /** Of an image: what its config says of running it. */
  readonly image: ImageDetails | null;
}

/** Where to look. Undefined: it is not there. */
export interface SummarySource {
  edges(child: Digest): Promise<readonly ContentEdge[] | undefined>;
  /** The first bytes of a blob, at most `limit`: what its descriptor says of its size need not be so. */
  read(blob: ContentEdge, limit: number): Promise<Uint8Array | undefined>;
}

/** Manifests of an index that are looked at, and indexes below each other. */
const CHILDREN = 64;
const DEPTH = 2;
const LAYERS = 200;
/** Bytes of a config that is read while somebody waits. */
const CONFIG_BYTES = 256 * 1024;

/** Sums up what an artifact consists of; what cannot be read is left out. */
export async function summarizeContent(edges: readonly ContentEdge[], source: SummarySource): Promise<ContentSummary> {
  const config = edges.find(({ kind }) => kind === "config");
  const layers = edges.filter(({ kind }) => kind === "layer");
  return {
    size: await sizeOf(edges, source),
    config: config === undefined ? null : partOf(config),
    layers: layers.slice(0, LAYERS).map(partOf),
    layerCount: layers.length,
    image: (config && (await imageOf(config, source))) ?? null,
  };
}

function partOf({ mediaType, digest, size }: ContentEdge): ContentPart {
  return { mediaType, digest, size };
}

async function sizeOf(edges: readonly ContentEdge[], source: SummarySource): Promise<number | null> {
  const blobs = new Map<Digest, number>();
  let budget = CHILDREN;
  const add = async (own: readonly ContentEdge[], depth: number): Promise<boolean> => {
    for (const { kind, digest, size } of own) if (kind === "config" || kind === "layer") blobs.set(digest, size);
    const children = own.filter(({ kind }) => kind === "child");
    budget -= children.length;
    if (budget < 0 || (children.length > 0 && depth === 0)) return false;
    for (const { digest } of children) {
      const below = await source.edges(digest);
      if (below === undefined || !(await add(below, depth - 1))) return false;
    }
    return true;
  };
  return (await add(edges, DEPTH)) ? [...blobs.values()].reduce((sum, size) => sum + size, 0) : null;
}

async function imageOf(config: ContentEdge, source: SummarySource): Promise<ImageDetails | undefined> {
  if (!isImageConfig(config.mediaType) || config.size > CONFIG_BYTES) return undefined;
  const bytes = await source.read(config, CONFIG_BYTES);
  try {
    return bytes && parseImageDetails(bytes);
  } catch (error) {
    // why it cannot be read is said by the artifact's `problem`
    if (error instanceof ContentError) return undefined;
    throw error;
  }
}
