import { type Digest, isDigest } from "../oci/digest.ts";
import { isRepositoryName } from "../oci/name.ts";
import { isTag } from "../oci/tag.ts";

/** A reference to an image as people write it, taken apart. */
export interface ImageName {
  /** Host and port; `docker.io` where none is written. */
  readonly registry: string;
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: Digest | undefined;
}

/** Parses `[registry/]repository[:tag][@digest]` as Docker does: `alpine:3` is `docker.io/library/alpine:3`. Undefined when it is none. */
export function parseImageName(text: string): ImageName | undefined {
  const [path, digest, ...more] = text.split("@");
  if (path === undefined || more.length > 0 || (digest !== undefined && !isDigest(digest))) return undefined;
  const colon = path.lastIndexOf(":");
  const hasTag = colon > path.lastIndexOf("/");
  const tag = hasTag ? path.slice(colon + 1) : undefined;
  if (tag !== undefined && !isTag(tag)) return undefined;
  const { registry, repository } = splitRegistry(hasTag ? path.slice(0, colon) : path);
  return isRepositoryName(repository) ? { registry, repository, tag, digest } : undefined;
}

function splitRegistry(path: string): { registry: string; repository: string } {
  const slash = path.indexOf("/");
  const first = path.slice(0, Math.max(slash, 0));
  const isHost = first === "localhost" || /[.:]/.test(first);
  if (!isHost) return { registry: "docker.io", repository: slash < 0 ? `library/${path}` : path };
  const isHub = first === "docker.io" || first === "index.docker.io";
  const rest = path.slice(slash + 1);
  return { registry: isHub ? "docker.io" : first, repository: isHub && !rest.includes("/") ? `library/${rest}` : rest };
}
