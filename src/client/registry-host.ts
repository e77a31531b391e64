import { DEFAULT_REGISTRY } from "../oci/image-reference.ts";
import { ClientError } from "./client-error.ts";

/** Where Docker Hub's API is. */
const DOCKER_HUB_API = "registry-1.docker.io";

export interface OriginOptions {
  /** Whether to speak HTTP without TLS. Default: to hosts of the loopback only. */
  readonly plainHttp?: boolean;
}

/** The address of a registry's API, without a path. @throws ClientError `invalid` for what no host is called, such as `1.2.3.4.5` */
export function registryOrigin(registry: string, { plainHttp }: OriginOptions = {}): URL {
  const host = registry === DEFAULT_REGISTRY ? DOCKER_HUB_API : registry;
  const address = `${(plainHttp ?? isLoopback(host)) ? "http" : "https"}://${host}`;
  if (!URL.canParse(address)) throw new ClientError("invalid", `${registry} is no registry: no host has such a name`);
  return new URL(address);
}

/** True for `localhost`, 127.0.0.0/8 and `[::1]`, with or without a port. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/:[0-9]+$/, "").toLowerCase();
  return name === "localhost" || name.endsWith(".localhost") || name === "[::1]" || /^127(?:\.[0-9]{1,3}){3}$/.test(name);
}
