import type { SiteFile } from "../site-file.ts";
import { BASE_PATH } from "../site-paths.ts";
import { API_VERSION, CONTENT_DIGEST, taggedManifests } from "./rules.ts";

/** The file `_headers`, as Netlify, Cloudflare Pages and their like read it. */
export function netlifyHeaders(files: readonly SiteFile[]): string {
  const digests = new Map(taggedManifests(files).map(({ path, digest }) => [path, digest]));
  const rules = files.map(({ path, type }) => {
    const digest = digests.get(path) ?? /\/(?:manifests|blobs)\/([a-z0-9]+:[0-9a-f]+)$/.exec(path)?.[1];
    const url = path === BASE_PATH ? "/v2/" : `/${path}`;
    return `${url}\n  Content-Type: ${type}\n${digest === undefined ? "" : `  ${CONTENT_DIGEST}: ${digest}\n`}`;
  });
  return `/v2/*\n  ${API_VERSION.name}: ${API_VERSION.value}\n${rules.join("")}`;
}
