import { isClientError } from "../../client/client-error.ts";
import type { LayoutSource } from "../../client/content/layout-reader.ts";
import { bytesOf } from "../../client/content/verified.ts";
import { isDigest } from "../../oci/digest.ts";
import { isTag } from "../../oci/tag.ts";
import { ModuleError } from "../helper/helper.ts";
import type { HostMethod, HostReply } from "../helper/host-call.ts";
import { moduleError } from "../helper/http-method.ts";
import { HOST_METHODS } from "../helper/protocol.ts";
import { formatRoutes } from "../routing/format.ts";

/** Modules on this machine, in the place of all registries. */
export interface LocalRegistry {
  /** The value of `CUE_REGISTRY` that leads to it, and nowhere else. */
  readonly registry: string;
  /** Answers the requests of the helper. */
  readonly http: HostMethod;
}

/** RFC 2606: a host that never is one, for messages only. */
const HOST = "modules.invalid";
const REPOSITORY = "local";

/** Serves a layout that has many modules. It is read-only, and asks nobody. */
export function localRegistry(content: LayoutSource): LocalRegistry {
  return {
    registry: formatRoutes([{ prefix: "", host: HOST, repository: REPOSITORY, insecure: false, pathEncoding: "hashAsTag", origin: content.name }]),
    async http({ params, signal }) {
      const { method, url } = HOST_METHODS.http.params.parse(params);
      const { host, pathname } = new URL(url);
      if (host !== HOST || (method !== "GET" && method !== "HEAD")) throw new ModuleError("network", `${host} was not asked: only ${content.name} is used`);
      try {
        const reply = await answer(content, pathname, signal);
        return method === "HEAD" ? { result: reply.result } : reply;
      } catch (error) {
        if (isClientError(error, "not-found")) return absent();
        throw moduleError(error);
      }
    },
  };
}

function absent(): HostReply {
  return replyOf(404, "application/json", new TextEncoder().encode('{"errors":[{"code":"MANIFEST_UNKNOWN","message":"it is not there"}]}'));
}

async function answer(content: LayoutSource, pathname: string, signal: AbortSignal): Promise<HostReply> {
  const [, kind, reference = ""] = new RegExp(`^/v2/${REPOSITORY}/(manifests|blobs|tags)/([^/]+)$`).exec(pathname) ?? [];
  if (pathname === "/v2/") return replyOf(200, "application/json", new TextEncoder().encode("{}"));
  if (kind === "tags") {
    return replyOf(200, "application/json", new TextEncoder().encode(JSON.stringify({ name: REPOSITORY, tags: await content.tags({ signal }) })));
  }
  if (kind === "manifests" && (isTag(reference) || isDigest(reference))) {
    const { bytes, descriptor } = await content.manifest(reference, { signal });
    return replyOf(200, descriptor.mediaType, bytes, { "Docker-Content-Digest": [descriptor.digest] });
  }
  if (kind === "blobs" && isDigest(reference)) {
    const size = await content.files.sizeOf(reference);
    if (size === undefined) return absent();
    const descriptor = { mediaType: "application/octet-stream", digest: reference, size };
    const headers = { "Content-Type": [descriptor.mediaType], "Content-Length": [String(size)], "Docker-Content-Digest": [reference] };
    return { result: { body: true, status: 200, headers }, body: content.blob(descriptor, { signal }) };
  }
  return absent();
}

function replyOf(status: number, type: string, bytes: Uint8Array, headers: Readonly<Record<string, readonly string[]>> = {}): HostReply {
  return { result: { body: true, status, headers: { "Content-Type": [type], "Content-Length": [String(bytes.length)], ...headers } }, body: bytesOf(bytes) };
}
