import type { Platform } from "../oci/descriptor.ts";
import type { ManifestEdge, ParsedManifest } from "../oci/manifest.ts";
import { formatPlatform, parsePlatform, rankByPlatform } from "../oci/platform.ts";
import { ClientError } from "./client-error.ts";

/** Reads a platform that a user wrote, by any of its names. @throws ClientError `invalid` */
export function requirePlatform(text: string): Platform {
  const platform = parsePlatform(text);
  if (platform !== undefined) return platform;
  throw new ClientError("invalid", `invalid platform '${text.slice(0, 100)}': expected os/architecture or os/architecture/variant, e.g. linux/amd64`);
}

/**
 * The child of an index that suits a platform best; of several that suit as well the first.
 * @param name of the index, for messages
 * @throws ClientError `not-found` with the platforms that there are
 */
export function selectPlatform(index: ParsedManifest, wanted: Platform, name: string): ManifestEdge {
  const children = index.edges.filter(({ kind }) => kind === "child");
  const [found] = rankByPlatform(wanted, children, ({ platform }) => platform);
  if (found !== undefined) return found;
  const there = [...new Set(children.flatMap(({ platform }) => (platform === undefined ? [] : [formatPlatform(platform)])))];
  const list = there.length === 0 ? "it names no platforms" : `it has ${there.slice(0, 20).join(", ")}`;
  throw new ClientError("not-found", `${name} has nothing for ${formatPlatform(wanted)}: ${list}`);
}
