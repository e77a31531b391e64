import { manifestKind } from "../../oci/media-types.ts";
import type { Element } from "../descriptor/component-descriptor.ts";
import { isJsonObject } from "../descriptor/json-tree.ts";
import { isLocalBlob } from "../repository/local-reference.ts";

/** Resources that a warning names. */
const SHOWN = 3;

/**
 * What today's OCM command lines do with images that are stored natively. The older one signs only what is a layer of the component version, and
 * wants the digest of an image to be an `ociArtifactDigest/v1`; the newer one calls it `genericBlobDigest/v1` in every copy that it makes, which
 * breaks signatures: no form of an image survives both.
 */
export function imageWarnings(resources: readonly Element[]): readonly string[] {
  const images = resources.filter(({ access }) => isLocalBlob(access) && typeof access.mediaType === "string" && manifestKind(access.mediaType) !== undefined);
  const generic = images.filter(({ digest }) => isJsonObject(digest) && digest.normalisationAlgorithm === "genericBlobDigest/v1");
  const others = images.filter((image) => !generic.includes(image));
  const remedy = "build it with --images archive where such tools follow";
  const older = `the older OCM command line cannot sign the component version, and signatures fail once the newer one copied it: ${remedy}`;
  const neither = `its digest is a generic one: the older OCM command line neither signs nor verifies the component version: ${remedy}`;
  return [...named(others).map((text) => `${text}: ${older}`), ...named(generic).map((text) => `${text}, and ${neither}`)];
}

/** One text for all; none for none. */
function named(images: readonly Element[]): readonly string[] {
  const names = [...new Set(images.map(({ name }) => name))];
  if (names.length === 0) return [];
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : "";
  return [`${names.length === 1 ? "resource" : "resources"} ${names.slice(0, SHOWN).join(", ")}${more}: stored as an image`];
}
