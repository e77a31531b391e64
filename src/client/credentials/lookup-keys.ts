import { DEFAULT_REGISTRY } from "../../oci/image-reference.ts";

/** The name under which docker keeps what is for Docker Hub. */
const DOCKER_HUB_KEY = "https://index.docker.io/v1/";

const DOCKER_HUB_NAMES: ReadonlySet<string> = new Set(["docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"]);

/** The name to ask a credential helper for. */
export function helperKey(registry: string): string {
  return registry === DEFAULT_REGISTRY ? DOCKER_HUB_KEY : registry;
}

/**
 * The key of a file's entries that is for a repository: the longest path above it (podman: `host/team/app`, `host/team`),
 * else the host however it is written (docker: `host`, `https://host`, `https://host/v1/`).
 */
export function bestKey(keys: readonly string[], registry: string, repository: string | undefined): string | undefined {
  let path = repository === undefined ? registry : `${registry}/${repository}`;
  for (;;) {
    if (keys.includes(path)) return path;
    const slash = path.lastIndexOf("/");
    if (slash < 0) break;
    path = path.slice(0, slash);
  }
  return keys.find((key) => hostOf(key) === registry);
}

/** The host of a key, whatever part of the registry it is for. */
export function hostOfKey(key: string): string {
  const [host = ""] = key
    .replace(/^https?:\/\//i, "")
    .toLowerCase()
    .split("/");
  return DOCKER_HUB_NAMES.has(host) ? DEFAULT_REGISTRY : host;
}

/** A key without scheme and version path; a key with another path is for a part of a registry only. */
function hostOf(key: string): string | undefined {
  const bare = key
    .replace(/^https?:\/\//i, "")
    .replace(/\/(?:v[12]\/?)?$/, "")
    .toLowerCase();
  if (bare.includes("/")) return undefined;
  return DOCKER_HUB_NAMES.has(bare) ? DEFAULT_REGISTRY : bare;
}
