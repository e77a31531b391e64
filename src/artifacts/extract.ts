import type { ManifestEdge, ParsedManifest } from "../oci/manifest.ts";
import type { ArtifactFacts } from "./facts.ts";
import type { TypeTable } from "./type-table.ts";

/** Reads up to `limit` bytes of what an edge points to; undefined when it is not there. */
export type ReadContent = (edge: ManifestEdge, limit: number) => Promise<Uint8Array | undefined>;

/** Reads what an artifact says about itself. Never throws for what it reads: that goes into `problem`. */
export async function extractFacts(_manifest: ParsedManifest, _types: TypeTable, _read: ReadContent): Promise<ArtifactFacts> {
  return { platforms: [], labels: {}, provides: [], dependencies: [], truncated: false };
}
