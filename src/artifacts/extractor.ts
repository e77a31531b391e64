import type { ManifestEdge, ParsedManifest } from "../oci/manifest.ts";
import type { FactCollector } from "./fact-collector.ts";

/** A layer or config that was read. */
export interface Content {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** Reads what one type of artifact says about itself. */
export interface Extractor {
  /** The parts to read, in order; empty when the artifact has none of what its type needs. */
  select(manifest: ParsedManifest): readonly ManifestEdge[];
  /** What is missing when nothing was selected, e.g. `a CUE module needs a layer …`. */
  readonly missing: string;
  /** True when content of this media type needs a thread however small it is. */
  needsThread?(mediaType: string): boolean;
  /** @throws ContentError when the content is not what it should be. Bounded in depth and memory, not in time. */
  parse(content: Content, facts: FactCollector): void;
}

/** The config of a manifest as the list that `select` returns. */
export function configEdge(manifest: ParsedManifest): readonly ManifestEdge[] {
  return manifest.edges.filter((edge) => edge.kind === "config");
}

export function layerEdges(manifest: ParsedManifest): readonly ManifestEdge[] {
  return manifest.edges.filter((edge) => edge.kind === "layer");
}
