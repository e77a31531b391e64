import type { Digest } from "../../oci/digest.ts";
import { OCI_IMAGE_INDEX, OCI_IMAGE_MANIFEST } from "../../oci/media-types.ts";
import { BLOB_TYPE, JSON_TYPE, type SiteFile } from "../site-file.ts";

/** Every answer below `/v2/` has it (Docker Registry HTTP API V2, "API Version Check"). */
export const API_VERSION = { name: "Docker-Distribution-Api-Version", value: "registry/2.0" } as const;

/** Names the content of an answer: some clients take a manifest by tag for none without it. */
export const CONTENT_DIGEST = "Docker-Content-Digest";

const MANIFEST = /^v2\/.+\/manifests\/([^/]+)$/;
const BLOB = /^v2\/.+\/blobs\/[^/]+$/;
const REFERRERS = /^v2\/.+\/referrers\/[^/]+$/;

/** What the path of a file says about its type; where that is wrong, a rule of its own is needed. */
const TYPES_BY_PATH = [
  { pattern: MANIFEST, type: OCI_IMAGE_MANIFEST },
  { pattern: BLOB, type: BLOB_TYPE },
  { pattern: REFERRERS, type: OCI_IMAGE_INDEX },
] as const;

export function typeByPath(path: string): string {
  return TYPES_BY_PATH.find(({ pattern }) => pattern.test(path))?.type ?? JSON_TYPE;
}

/** Files whose type does not follow from their path. */
export function exceptions(files: readonly SiteFile[]): SiteFile[] {
  return files.filter(({ path, type }) => type !== typeByPath(path));
}

/** Manifests by tag: those by digest have it in their path. */
export function taggedManifests(files: readonly SiteFile[]): { readonly path: string; readonly digest: Digest }[] {
  return files.filter(({ path }) => MANIFEST.exec(path)?.[1]?.includes(":") === false);
}
