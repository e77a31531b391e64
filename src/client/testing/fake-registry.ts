import { digestOf } from "../../oci/digest.ts";
import { createRegistryClient, type RegistryClient } from "../registry-client.ts";
import { type FakeHandler, type FakeServer, reply, type SeenRequest, startFakeServer } from "./fake-server.ts";

export interface FakeRegistryOptions {
  /** Answers what it wants to in place of the registry: true when it did. */
  readonly before?: (...parameters: Parameters<FakeHandler>) => boolean;
}

/** A registry of the least there is: no referrers, no mounts, one repository. It verifies nothing. */
export interface FakeRegistry extends FakeServer {
  readonly client: RegistryClient;
  /** By digest. */
  readonly blobs: Map<string, Buffer>;
  /** By tag and by digest. */
  readonly manifests: Map<string, { readonly type: string; readonly bytes: Buffer }>;
}

/** Requests that a test can tell without their bodies: `PUT /v2/a/manifests/v1`. */
export function lines(seen: readonly SeenRequest[]): string[] {
  return seen.map(({ method, path }) => `${method} ${path.replaceAll(/sha256:[0-9a-f]{64}/g, "<digest>").replaceAll(/sha256-[0-9a-f]{64}/g, "<tag>")}`);
}

export async function startFakeRegistry({ before }: FakeRegistryOptions = {}): Promise<FakeRegistry> {
  const blobs: FakeRegistry["blobs"] = new Map();
  const manifests: FakeRegistry["manifests"] = new Map();
  const server = await startFakeServer((request, response) => {
    if (before?.(request, response)) return;
    const url = new URL(request.path, "http://x");
    const body = Buffer.from(request.body, "latin1");
    const [, kind, reference = ""] = /^\/v2\/a\/(manifests|blobs|blobs\/uploads)\/([^/]*)$/.exec(url.pathname) ?? [];
    if (url.pathname === "/v2/") return reply(response, 200);
    if (kind === "blobs/uploads" && request.method === "POST") return reply(response, 202, { Location: "/v2/a/blobs/uploads/u?state=1" });
    if (kind === "blobs/uploads" && request.method === "PUT") {
      blobs.set(url.searchParams.get("digest") ?? "", body);
      return reply(response, 201);
    }
    if (kind === "blobs/uploads") return reply(response, 204);
    if (kind === "manifests" && request.method === "PUT") {
      const manifest = { type: String(request.headers["content-type"]), bytes: body };
      manifests.set(reference, manifest).set(digestOf(body), manifest);
      return reply(response, 201, { "Docker-Content-Digest": digestOf(body) });
    }
    if (request.method === "DELETE") return reply(response, 202);
    const manifest = manifests.get(reference);
    if (kind === "manifests" && manifest !== undefined) return reply(response, 200, { "Content-Type": manifest.type }, manifest.bytes);
    const blob = blobs.get(reference);
    if (kind === "blobs" && blob !== undefined) return reply(response, 200, {}, blob);
    reply(response, 404, {}, '{"errors":[{"code":"NAME_UNKNOWN"}]}');
  });
  const client = createRegistryClient({ env: {}, retry: { attempts: 2, delay: 1, longestDelay: 10 }, idleLimit: 2000, settle: 300 });
  return { ...server, client, blobs, manifests };
}
