import type { ParsedManifest } from "../oci/manifest.ts";
import type { ExtractorId } from "./artifact-type.ts";
import { effectiveType } from "./effective-type.ts";
import { layerEdges } from "./extractor.ts";
import { reservedTypeProblem } from "./image-rule.ts";
import type { TypeTable } from "./type-table.ts";

/** Layers that say what they are, whatever the artifact around them says: many tools attach SBOMs as files or as parts of images. */
const BY_LAYER: readonly (readonly [RegExp, ExtractorId])[] = [
  [/^(?:application|text)\/(?:vnd\.)?spdx\+json$/, "spdx"],
  [/^application\/vnd\.cyclonedx\+json$/, "cyclonedx"],
  [/^application\/vnd\.(?:in-toto\+json|dsse\.envelope\.v1\+json|dev\.sigstore\.bundle(?:\.v[0-9.]+)?\+json)$/, "in-toto"],
];

/** The reader of an image manifest: the one of its type; where its type has none, or is no truth, the one of its layers. */
export function chooseExtractor(manifest: ParsedManifest, types: TypeTable): ExtractorId | undefined {
  const type = effectiveType(manifest);
  const ofType = type === undefined ? undefined : types.find(type)?.extractor;
  if (ofType !== undefined && !(ofType === "image" && reservedTypeProblem(manifest) !== undefined)) return ofType;
  for (const { mediaType } of layerEdges(manifest)) {
    const known = BY_LAYER.find(([pattern]) => pattern.test(mediaType));
    if (known !== undefined) return known[1];
  }
  return ofType;
}
