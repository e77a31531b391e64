/** Media types of the OCI image specification and of Docker's schema 2, which clients still write. */
export const OCI_IMAGE_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
export const OCI_IMAGE_INDEX = "application/vnd.oci.image.index.v1+json";
export const OCI_IMAGE_CONFIG = "application/vnd.oci.image.config.v1+json";
export const OCI_EMPTY = "application/vnd.oci.empty.v1+json";
export const OCI_LAYER_TAR = "application/vnd.oci.image.layer.v1.tar";
export const OCI_LAYER_TAR_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";
export const DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
export const DOCKER_IMAGE_CONFIG = "application/vnd.docker.container.image.v1+json";
export const DOCKER_MANIFEST_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";

/** What a manifest endpoint accepts: documents with `config` and `layers`, and lists of such documents. */
export type ManifestKind = "image" | "index";

const KINDS: ReadonlyMap<string, ManifestKind> = new Map([
  [OCI_IMAGE_MANIFEST, "image"],
  [DOCKER_MANIFEST, "image"],
  [OCI_IMAGE_INDEX, "index"],
  [DOCKER_MANIFEST_LIST, "index"],
]);

export const MANIFEST_MEDIA_TYPES: readonly string[] = [...KINDS.keys()];

/** The kind of manifest a media type names, or undefined when it names none. */
export function manifestKind(mediaType: string): ManifestKind | undefined {
  return KINDS.get(mediaType);
}

/** True for the config of a container image, OCI's or Docker's, which grew into it. Case is ignored (RFC 6838, section 4.2). */
export function isImageConfig(mediaType: string): boolean {
  const name = mediaType.toLowerCase();
  return name === OCI_IMAGE_CONFIG || name === DOCKER_IMAGE_CONFIG;
}

const NON_DISTRIBUTABLE = /^application\/vnd\.(?:oci\.image\.layer\.nondistributable\.|docker\.image\.rootfs\.foreign\.)/;

/** Layers that need not be in the registry (image-spec, layer.md, "Non-Distributable Layers"). */
export function isNonDistributable(mediaType: string): boolean {
  return NON_DISTRIBUTABLE.test(mediaType);
}
