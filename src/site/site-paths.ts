import { join } from "node:path";
import type { Digest } from "../oci/digest.ts";
import type { RepositoryName } from "../oci/name.ts";
import type { Tag } from "../oci/tag.ts";

/** The registry's own documents, by the path of their URL (distribution-spec, "Endpoints"). `/v2/` is the page of its folder. */
export const BASE_PATH = "v2/index.html";
export const CATALOG_PATH = "v2/_catalog";
export const PAGE_PATH = "index.html";

/** The folder for what a host is set up with, and the record of all files. */
export const SITE_FOLDER = "opm-site";
export const RECORD_PATH = `${SITE_FOLDER}/files.json`;
export const NOT_FOUND_PATH = `${SITE_FOLDER}/not-found.json`;

export const manifestPath = (name: RepositoryName, reference: Tag | Digest): string => `v2/${name}/manifests/${reference}`;
export const blobPath = (name: RepositoryName, digest: Digest): string => `v2/${name}/blobs/${digest}`;
export const referrersPath = (name: RepositoryName, digest: Digest): string => `v2/${name}/referrers/${digest}`;
export const tagsPath = (name: RepositoryName): string => `v2/${name}/tags/list`;

/** Documents of the package API that hold for whoever asks: see `packageDocuments`. */
export const PACKAGES_PATH = "v2/_opm/catalog/repositories";
export const packagePath = (name: RepositoryName): string => `v2/${name}/_opm/repo/info`;
export const packageTagsPath = (name: RepositoryName): string => `v2/${name}/_opm/tags/list`;
export const versionsPath = (name: RepositoryName): string => `v2/${name}/_opm/tags/versions`;

/** The file of a path in the folder of a site. */
export function fileOf(folder: string, path: string): string {
  return join(folder, ...path.split("/"));
}
