import type { ManifestEdge, ParsedManifest } from "../../oci/manifest.ts";
import { manifestKind } from "../../oci/media-types.ts";

/** What a manifest consists of. */
export interface ManifestParts {
  readonly children: readonly ManifestEdge[];
  /** Config, layers, and what else of an index is no manifest; each once. */
  readonly blobs: readonly ManifestEdge[];
}

/** Takes a manifest apart; its subject is no part of it. */
export function partsOf({ edges }: ParsedManifest): ManifestParts {
  const parts = [...new Map(edges.filter(({ kind }) => kind !== "subject").map((edge) => [edge.digest, edge])).values()];
  const isManifest = ({ kind, mediaType }: ManifestEdge) => kind === "child" && manifestKind(mediaType) !== undefined;
  return { children: parts.filter(isManifest), blobs: parts.filter((edge) => !isManifest(edge)) };
}
