import { DEFAULT_REGISTRY } from "../oci/image-reference.ts";

/** Where Docker Hub's API is. */
const DOCKER_HUB_API = "registry-1.docker.io";

export interface OriginOptions {
  /** Whether to speak HTTP without TLS. Default: to hosts of the loopback only. */
  readonly plainHttp?: boolean;
}

/** The address of a registry's API, without a path. */
export function registryOrigin(registry: string, { plainHttp }: OriginOptions = {}): URL {
  const host = registry === DEFAULT_REGISTRY ? DOCKER_HUB_API : registry;
  return new URL(`${(plainHttp ?? isLoopback(host)) ? "http" : "https"}://${host}`);
}

/** True for `localhost`, 127.0.0.0/8 and `[::1]`, with or without a port. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/:[0-9]+$/, "").toLowerCase();
  return name === "localhost" || name.endsWith(".localhost") || name === "[::1]" || /^127(?:\.[0-9]{1,3}){3}$/.test(name);
}
