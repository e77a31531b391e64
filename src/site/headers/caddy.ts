import { OCI_IMAGE_INDEX, OCI_IMAGE_MANIFEST } from "../../oci/media-types.ts";
import { BLOB_TYPE, JSON_TYPE, type SiteFile } from "../site-file.ts";
import { NOT_FOUND_PATH } from "../site-paths.ts";
import { API_VERSION, CONTENT_DIGEST, exceptions, taggedManifests } from "./rules.ts";

/** Directives for the site block of Caddy whose `root` is this site. */
export function caddyFile(files: readonly SiteFile[]): string {
  return `# Import this in the site block whose root is this site.
map {path} {opm_site_type} {
${exceptions(files)
  .map(({ path, type }) => `  /${path} "${type}"\n`)
  .join("")}  ~/blobs/[^/]+$ ${BLOB_TYPE}
  ~/referrers/[^/]+$ ${OCI_IMAGE_INDEX}
  ~/manifests/[^/]+$ ${OCI_IMAGE_MANIFEST}
  default ${JSON_TYPE}
}
map {path} {opm_site_digest} {
${taggedManifests(files)
  .map(({ path, digest }) => `  /${path} ${digest}\n`)
  .join("")}  ~/(?:manifests|blobs)/([a-z0-9]+:[0-9a-f]+)$ "\${1}"
  default ""
}
@opm_site path /v2/*
header @opm_site >Content-Type {opm_site_type}
header @opm_site ${API_VERSION.name} ${API_VERSION.value}
@opm_site_named {
  path */manifests/* */blobs/*
}
header @opm_site_named ${CONTENT_DIGEST} {opm_site_digest}
handle_errors 404 {
  rewrite * /${NOT_FOUND_PATH}
  file_server
}
file_server
`;
}
