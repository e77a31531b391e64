import { type SiteFile, TEXT_TYPE } from "../site-file.ts";
import { SITE_FOLDER } from "../site-paths.ts";
import { apacheFiles } from "./apache.ts";
import { caddyFile } from "./caddy.ts";
import { netlifyHeaders } from "./netlify.ts";
import { nginxLocations, nginxMaps } from "./nginx.ts";
import { s3Script } from "./s3.ts";

/** A text that a host is set up with, by its path in the site. */
export interface HostFile {
  readonly path: string;
  readonly text: string;
  readonly type: string;
}

/** What makes the usual hosts send the right headers, for the files of a site. */
export function hostFiles(files: readonly SiteFile[]): HostFile[] {
  const content = files.filter(({ path }) => path.startsWith("v2/"));
  const text = (name: string, text: string): HostFile => ({ path: `${SITE_FOLDER}/${name}`, text, type: TEXT_TYPE });
  return [
    text("nginx-maps.conf", nginxMaps(content)),
    text("nginx-locations.conf", nginxLocations()),
    text("Caddyfile", caddyFile(content)),
    text("s3.sh", s3Script(content)),
    { path: "_headers", text: netlifyHeaders(content), type: TEXT_TYPE },
    ...apacheFiles(content).map(({ path, text }) => ({ path, text, type: TEXT_TYPE })),
  ];
}
