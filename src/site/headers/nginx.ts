import { OCI_IMAGE_INDEX, OCI_IMAGE_MANIFEST } from "../../oci/media-types.ts";
import { BLOB_TYPE, JSON_TYPE, type SiteFile } from "../site-file.ts";
import { NOT_FOUND_PATH } from "../site-paths.ts";
import { API_VERSION, CONTENT_DIGEST, exceptions, taggedManifests } from "./rules.ts";

/** For the `http` block of nginx: what each path is, and which digest it has. */
export function nginxMaps(files: readonly SiteFile[]): string {
  return `# Include this in the http block, and nginx-locations.conf in the server block whose root is this site.
map_hash_bucket_size 1024;
map_hash_max_size 65536;
map $uri $opm_site_type {
  default ${JSON_TYPE};
${exceptions(files)
  .map(({ path, type }) => `  "/${path}" "${type}";\n`)
  .join("")}  ~/blobs/[^/]+$ ${BLOB_TYPE};
  ~/referrers/[^/]+$ ${OCI_IMAGE_INDEX};
  ~/manifests/[^/]+$ ${OCI_IMAGE_MANIFEST};
}
map $uri $opm_site_digest {
  default "";
${taggedManifests(files)
  .map(({ path, digest }) => `  "/${path}" "${digest}";\n`)
  .join("")}  ~/(?:manifests|blobs)/(?<opm_site_named>[a-z0-9]+:[0-9a-f]+)$ $opm_site_named;
}
`;
}

/** For the `server` block. */
export function nginxLocations(): string {
  return `location = /v2/ {
  types { }
  default_type ${JSON_TYPE};
  add_header ${API_VERSION.name} ${API_VERSION.value} always;
  index index.html;
}
location = /v2 {
  return 301 /v2/;
}
location = /${NOT_FOUND_PATH} {
  types { }
  default_type ${JSON_TYPE};
}
location /v2/ {
  types { }
  default_type "";
  error_page 404 403 =404 /${NOT_FOUND_PATH};
  add_header Content-Type $opm_site_type;
  add_header ${CONTENT_DIGEST} $opm_site_digest;
  add_header ${API_VERSION.name} ${API_VERSION.value};
}
`;
}
