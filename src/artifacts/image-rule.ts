import type { ParsedManifest } from "../oci/manifest.ts";
import { isImageConfig, OCI_IMAGE_CONFIG } from "../oci/media-types.ts";

/** image-spec, layer.md and media-types.md, with the compressions and the encryption that follow as suffixes; Docker's; Nydus'. */
const IMAGE_LAYERS = [
  /^application\/vnd\.oci\.image\.layer\.(?:nondistributable\.)?v1\.tar(?:\+[a-z0-9]+)*$/i,
  /^application\/vnd\.docker\.image\.rootfs\.(?:foreign\.)?diff\.tar(?:\.(?:gzip|zstd))?(?:\+[a-z0-9]+)*$/i,
  /^application\/vnd\.docker\.container\.image\.rootfs\.diff\+x-gtar$/i,
  /^application\/vnd\.oci\.image\.layer\.nydus\.blob\.v1$/i,
];

/** True for the media type of a layer of a container image. */
export function isImageLayer(mediaType: string): boolean {
  return IMAGE_LAYERS.some((pattern) => pattern.test(mediaType));
}

/**
 * Why a manifest may not carry the type that is reserved for container images, or undefined when it is an image or has another
 * type (OCI artifacts, "Defining OCI Artifact Types").
 */
export function reservedTypeProblem(manifest: ParsedManifest): string | undefined {
  const { configMediaType = "" } = manifest;
  if (manifest.kind === "image" && manifest.artifactType?.toLowerCase() === OCI_IMAGE_CONFIG && !isImageConfig(configMediaType)) {
    return `artifactType ${OCI_IMAGE_CONFIG} is reserved for container images, but the config has the type ${configMediaType}: give the artifact a type of its own`;
  }
  if (configMediaType.toLowerCase() !== OCI_IMAGE_CONFIG) return undefined;
  const foreign = manifest.edges.find((edge) => edge.kind === "layer" && !isImageLayer(edge.mediaType));
  if (foreign === undefined) return undefined;
  return `config.mediaType ${OCI_IMAGE_CONFIG} is reserved for container images, but a layer has the type ${foreign.mediaType}: give the artifact an artifactType and config type of its own`;
}
