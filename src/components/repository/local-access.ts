import { DOCKER_MANIFEST, DOCKER_MANIFEST_LIST, OCI_IMAGE_INDEX, OCI_IMAGE_MANIFEST } from "../../oci/media-types.ts";
import type { AccessSpec } from "../descriptor/component-descriptor.ts";

/** By media types of Docker: those of OCI that mean the same. */
const OCI_TYPES: Readonly<Record<string, string>> = { [DOCKER_MANIFEST]: OCI_IMAGE_MANIFEST, [DOCKER_MANIFEST_LIST]: OCI_IMAGE_INDEX };

export interface LocalAccess {
  /** Digests, joined by `,`. */
  readonly reference: string;
  readonly mediaType: string;
  readonly referenceName?: string | undefined;
}

/** The access to content that is stored with its component version. */
export function localBlobAccess({ reference, mediaType, referenceName }: LocalAccess): AccessSpec {
  return { type: "localBlob", localReference: reference, mediaType: localMediaType(mediaType), ...(referenceName !== undefined && { referenceName }) };
}

/**
 * What an access calls a media type. That of an image says only that an image is stored natively: the older OCM command line takes one for
 * what it is by the types of OCI alone, and for an archive by those of Docker; the newer one goes by the entry of the index.
 */
export function localMediaType(mediaType: string): string {
  return OCI_TYPES[mediaType] ?? mediaType;
}
