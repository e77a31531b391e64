import type { Descriptor } from "../oci/descriptor.ts";
import { digestOf } from "../oci/digest.ts";
import { isNonDistributable, OCI_EMPTY } from "../oci/media-types.ts";
import type { StoredManifest } from "./content/content.ts";

/** The two bytes that stand for no content (image-spec, manifest.md, "Guidance for an Empty Descriptor"). */
export const EMPTY_BYTES: Uint8Array = new TextEncoder().encode("{}");

export const EMPTY_DESCRIPTOR: Descriptor = { mediaType: OCI_EMPTY, digest: digestOf(EMPTY_BYTES), size: EMPTY_BYTES.length };

/** The layers of a manifest that was parsed before, with their annotations: without those that stand for no content or are elsewhere. */
export function layersOf({ bytes }: StoredManifest): Descriptor[] {
  // its form is known since it was parsed
  const { layers } = JSON.parse(new TextDecoder().decode(bytes)) as { readonly layers?: readonly Descriptor[] | null };
  return (layers ?? []).filter(({ mediaType }) => mediaType !== OCI_EMPTY && !isNonDistributable(mediaType));
}
