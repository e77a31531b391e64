import { JSON_TYPE, type SiteFile } from "../site-file.ts";
import { NOT_FOUND_PATH } from "../site-paths.ts";
import { API_VERSION, CONTENT_DIGEST, taggedManifests, typeByPath } from "./rules.ts";

/** For all of `/v2/`. The digest of what is named by it stands in its path. */
const COMMON = `DirectoryIndex index.html
DirectorySlash Off
ErrorDocument 404 /${NOT_FOUND_PATH}
Header always set ${API_VERSION.name} "${API_VERSION.value}"
SetEnvIf Request_URI "/(?:manifests|blobs)/([a-z0-9]+:[0-9a-f]+)$" OPM_SITE_DIGEST=$1
Header set ${CONTENT_DIGEST} "%{OPM_SITE_DIGEST}e" env=OPM_SITE_DIGEST
ForceType ${JSON_TYPE}
`;

/** Files `.htaccess` for Apache (mod_headers, mod_setenvif, AllowOverride FileInfo Indexes): one for all, one for each folder. */
export function apacheFiles(files: readonly SiteFile[]): { readonly path: string; readonly text: string }[] {
  const digests = new Map(taggedManifests(files).map(({ path, digest }) => [path, digest]));
  const folders = new Map([["v2", COMMON]]);
  for (const { path, type } of files) {
    const at = path.lastIndexOf("/");
    const [folder, name] = [path.slice(0, at), path.slice(at + 1)];
    const usual = typeByPath(path);
    const digest = digests.get(path);
    const rules = [...(type === usual ? [] : [`  ForceType ${type}\n`]), ...(digest === undefined ? [] : [`  Header set ${CONTENT_DIGEST} "${digest}"\n`])];
    const before = folders.get(folder) ?? `ForceType ${usual}\n`;
    folders.set(folder, rules.length === 0 ? before : `${before}<Files "${name}">\n${rules.join("")}</Files>\n`);
  }
  return [...folders].map(([folder, text]) => ({ path: `${folder}/.htaccess`, text }));
}
