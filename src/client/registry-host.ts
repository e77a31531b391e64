import { DEFAULT_REGISTRY } from "../oci/image-reference.ts";
import { isLoopback } from "../oci/loopback.ts";
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
