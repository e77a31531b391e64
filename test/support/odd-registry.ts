import type { ServerResponse } from "node:http";
import { type FakeServer, reply, type SeenRequest, startFakeServer } from "../../src/client/testing/fake-server.ts";
import { digestOf } from "../../src/oci/digest.ts";
import { OCI_IMAGE_INDEX } from "../../src/oci/media-types.ts";
import type { Content, ManifestContent } from "./content.ts";

/** Answers what it wants to in place of the registry: true when it did. */
export type Oddity = (request: SeenRequest, response: ServerResponse) => boolean;

interface Repository {
  readonly blobs: Map<string, Buffer>;
  readonly manifests: Map<string, { readonly type: string; readonly bytes: Buffer }>;
  readonly tags: Map<string, string>;
}

/** A registry in this process of the least there is, whose answers a test may change at any time. It verifies nothing and knows no referrers. */
export interface OddRegistry extends FakeServer {
  /** Asked before the registry, one after the other. */
  oddities: Oddity[];
  /** Tags of a page. Default: all. */
  pageSize: number;
  put(repository: string, content: ManifestContent | Content, ...tags: readonly string[]): void;
  /** Forgets a repository. */
  remove(repository: string): void;
  tagsOf(repository: string): string[];
  /** What a tag names, as JSON. */
  at(repository: string, tag: string): Record<string, unknown>;
}

/** True for a request of this method whose path ends in what the expression says. */
export function isRequest({ method, path }: SeenRequest, methods: string, pattern: RegExp): boolean {
  return methods.split(" ").includes(method) && pattern.test(new URL(path, "http://x").pathname);
}

/** Answers requests of these methods and paths with this. */
export function answering(methods: string, pattern: RegExp, status: number, headers: Readonly<Record<string, string>> = {}, body = ""): Oddity {
  return (request, response) => {
    if (!isRequest(request, methods, pattern)) return false;
    reply(response, status, headers, body);
    return true;
  };
}

export async function startOddRegistry(): Promise<OddRegistry> {
  const repositories = new Map<string, Repository>();
  const of = (name: string): Repository => {
    const found = repositories.get(name) ?? { blobs: new Map(), manifests: new Map(), tags: new Map() };
    repositories.set(name, found);
    return found;
  };
  const server = await startFakeServer((request, response) => {
    for (const oddity of registry.oddities) if (oddity(request, response)) return;
    answer(request, response, { of, pageSize: registry.pageSize });
  });
  const registry: OddRegistry = {
    ...server,
    oddities: [],
    pageSize: Number.POSITIVE_INFINITY,
    put(name, content, ...tags) {
      const { blobs, manifests } = of(name);
      const isManifest = "document" in content;
      if (isManifest) manifests.set(content.digest, { type: content.mediaType, bytes: Buffer.from(content.bytes) });
      else blobs.set(content.digest, Buffer.from(content.bytes));
      for (const tag of tags) of(name).tags.set(tag, content.digest);
    },
    remove: (name) => void repositories.delete(name),
    tagsOf: (name) => [...of(name).tags.keys()].sort(),
    at(name, tag) {
      const { manifests, tags } = of(name);
      return JSON.parse(manifests.get(tags.get(tag) ?? tag)?.bytes.toString() ?? "{}") as Record<string, unknown>;
    },
  };
  return registry;
}

function answer(request: SeenRequest, response: ServerResponse, { of, pageSize }: { of: (name: string) => Repository; pageSize: number }) {
  const url = new URL(request.path, "http://x");
  const missing = () => reply(response, 404, { "Content-Type": "application/json" }, '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
  if (url.pathname === "/v2/") return reply(response, 200);
  const [, name = "", kind = "", reference = ""] = /^\/v2\/(.+?)\/(manifests|blobs\/uploads|blobs|tags)\/([^/]*)$/.exec(url.pathname) ?? [];
  const { blobs, manifests, tags } = of(name);
  const body = Buffer.from(request.body, "latin1");
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (kind === "tags" && isRead) return listTags(response, { url, name, tags: [...tags.keys()].sort(), pageSize });
  if (kind === "blobs/uploads" && request.method === "POST") return reply(response, 202, { Location: `/v2/${name}/blobs/uploads/u` });
  if (kind === "blobs/uploads" && request.method === "PUT") {
    blobs.set(url.searchParams.get("digest") ?? "", body);
    return reply(response, 201);
  }
  if (kind === "manifests" && request.method === "PUT") {
    manifests.set(digestOf(body), { type: request.headers["content-type"] ?? OCI_IMAGE_INDEX, bytes: body });
    if (!reference.includes(":")) tags.set(reference, digestOf(body));
    return reply(response, 201, { "Docker-Content-Digest": digestOf(body) });
  }
  const digest = reference.includes(":") ? reference : (tags.get(reference) ?? "");
  const manifest = kind === "manifests" && isRead ? manifests.get(digest) : undefined;
  if (manifest !== undefined) return send(request, response, manifest.bytes, { "Content-Type": manifest.type, "Docker-Content-Digest": digest });
  const blob = kind === "blobs" && isRead ? blobs.get(reference) : undefined;
  if (blob !== undefined) return send(request, response, blob, { "Content-Type": "application/octet-stream" });
  missing();
}

function send(request: SeenRequest, response: ServerResponse, bytes: Buffer, headers: Readonly<Record<string, string>>): void {
  response.writeHead(200, { "Content-Length": String(bytes.length), ...headers });
  response.end(request.method === "HEAD" ? undefined : bytes);
}

interface Listing {
  readonly url: URL;
  readonly name: string;
  readonly tags: readonly string[];
  readonly pageSize: number;
}

function listTags(response: ServerResponse, { url, name, tags, pageSize }: Listing): void {
  const after = url.searchParams.get("last") ?? "";
  const rest = tags.filter((tag) => tag > after);
  const page = rest.slice(0, pageSize);
  const link: Record<string, string> = page.length < rest.length ? { Link: `</v2/${name}/tags/list?last=${page.at(-1)}>; rel="next"` } : {};
  reply(response, tags.length === 0 ? 404 : 200, { "Content-Type": "application/json", ...link }, JSON.stringify({ name, tags: page }));
}
