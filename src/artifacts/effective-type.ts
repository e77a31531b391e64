import type { ManifestEdge, ParsedManifest } from "../oci/manifest.ts";
import { DOCKER_IMAGE_CONFIG, OCI_IMAGE_CONFIG } from "../oci/media-types.ts";

/** What says of an index that it is a component version: its first child is the component, the others are its artifacts. */
const COMPONENTS: ReadonlySet<string | undefined> = new Set([
  "application/vnd.ocm.software.component-descriptor.v2",
  "application/vnd.ocm.software.component.config.v1+json",
]);

/** Layers of what signers put beside images: it has the config of an image and is none. */
const SIGNER_LAYER =
  /^(?:application\/vnd\.dev\.cosign\.simplesigning\.v1\+json|application\/vnd\.dsse\.envelope\.v1\+json|(?:application|text)\/(?:vnd\.)?(?:spdx|cyclonedx|syft)(?:\+(?:json|xml))?)$/;

const IMAGE_CONFIGS: ReadonlySet<string | undefined> = new Set([OCI_IMAGE_CONFIG, DOCKER_IMAGE_CONFIG]);

/**
 * The type of an artifact: its `artifactType`, else its `config.mediaType`, or that of its layers where it is what cosign puts beside an image; of an index its own `artifactType`, else the one that all
 * its children have in common, or that of the component version which it is. Undefined for an index without such a type.
 * @param typeOfChild the type of a child; by default what its descriptor says. Children without one do not count.
 */
export function effectiveType(
  manifest: Pick<ParsedManifest, "kind" | "artifactType" | "configMediaType" | "edges">,
  typeOfChild: (child: ManifestEdge) => string | undefined = (child) => child.artifactType,
): string | undefined {
  if (manifest.artifactType !== undefined) return manifest.artifactType;
  if (manifest.kind === "image") return signerType(manifest) ?? manifest.configMediaType;
  const listed = contentsOf(manifest).map(typeOfChild);
  if (COMPONENTS.has(listed[0])) return listed[0];
  const types = new Set(listed);
  types.delete(undefined);
  const [common] = types;
  return types.size === 1 ? common : undefined;
}

function signerType({ configMediaType, edges }: Pick<ParsedManifest, "configMediaType" | "edges">): string | undefined {
  if (!IMAGE_CONFIGS.has(configMediaType)) return undefined;
  const layers = edges.filter(({ kind }) => kind === "layer");
  return layers.every(({ mediaType }) => SIGNER_LAYER.test(mediaType)) ? layers[0]?.mediaType : undefined;
}

/** What an index lists, without what builders put beside it. */
export function contentsOf({ edges }: Pick<ParsedManifest, "edges">): ManifestEdge[] {
  return edges.filter((edge) => edge.kind === "child" && !isAttachment(edge));
}

/** Builders put attestations of an image beside it, on a platform that does not exist. */
function isAttachment({ platform }: ManifestEdge): boolean {
  return platform?.os === "unknown" && platform.architecture === "unknown";
}
