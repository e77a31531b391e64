import type { Descriptor } from "../../oci/descriptor.ts";
import { declaredType, type ParsedManifest } from "../../oci/manifest.ts";
import type { StoredManifest } from "./content.ts";

/** A manifest as a list of referrers shows it: with its type and its annotations (distribution-spec, "Listing Referrers"). */
export function referrerDescriptor({ descriptor }: StoredManifest, parsed: ParsedManifest): Descriptor {
  const artifactType = declaredType(parsed);
  const { mediaType, digest, size } = descriptor;
  return {
    mediaType,
    digest,
    size,
    ...(artifactType !== undefined && { artifactType }),
    ...(Object.keys(parsed.annotations).length > 0 && { annotations: { ...parsed.annotations } }),
  };
}
