import { afterAll, beforeAll } from "bun:test";
import type { ServerResponse } from "node:http";
import { type FakeServer, type SeenRequest, startFakeServer } from "../../../src/client/testing/fake-server.ts";
import { digestOf } from "../../../src/oci/digest.ts";

/** A registry of the least there is, with tags that can be moved, in the test's own process. */
export interface StubRegistry {
  readonly host: string;
  /** What was asked since `reset`. */
  seen(): readonly SeenRequest[];
  /** Requests of these that change anything. */
  writes(): string[];
  /** By `<repository>:<tag>` and `<repository>@<digest>`. */
  readonly manifests: Map<string, { readonly type: string; readonly bytes: Buffer }>;
  /** Answers in place of the registry: true when it did. One that a test sets ends with `reset`. */
  before: ((request: SeenRequest, response: ServerResponse) => boolean | Promise<boolean>) | undefined;
  reset(): void;
}

/** Starts one before the tests of the calling file. */
export function useStubRegistry(): StubRegistry {
  let server: FakeServer | undefined;
  let skipped = 0;
  const blobs = new Map<string, Buffer>();
  const stub: StubRegistry = {
    get host() {
      return server?.host ?? "";
    },
    seen: () => (server?.seen ?? []).slice(skipped),
    writes: () => stub.seen().flatMap(({ method, path }) => (method === "GET" || method === "HEAD" ? [] : [`${method} ${path}`])),
    manifests: new Map(),
    before: undefined,
    reset() {
      skipped = server?.seen.length ?? 0;
      stub.before = undefined;
    },
  };
  beforeAll(async () => {
    server = await startFakeServer(async (request, response) => {
      if ((await stub.before?.(request, response)) !== true) answer(request, response, { blobs, manifests: stub.manifests });
    });
  });
  afterAll(() => server?.stop());
  return stub;
}

interface Content {
  readonly blobs: Map<string, Buffer>;
  readonly manifests: StubRegistry["manifests"];
}

/** Sends a status, headers and a body. */
export function send(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}, body: Buffer | string = ""): true {
  response.writeHead(status, { "Content-Length": String(Buffer.byteLength(body)), ...headers });
  response.end(body);
  return true;
}

function answer(request: SeenRequest, response: ServerResponse, { blobs, manifests }: Content): void {
  const { method } = request;
  const url = new URL(request.path, "http://stub");
  const body = Buffer.from(request.body, "latin1");
  const [, repository = "", kind, reference = ""] = /^\/v2\/(.+)\/(manifests|blobs\/uploads|blobs|tags|referrers)\/([^/]*)$/.exec(url.pathname) ?? [];
  if (url.pathname === "/v2/") return void send(response, 200);
  if (kind === "blobs/uploads" && method === "POST") return void send(response, 202, { Location: `/v2/${repository}/blobs/uploads/1` });
  if (kind === "blobs/uploads" && method === "PUT") {
    blobs.set(`${repository}@${url.searchParams.get("digest")}`, body);
    return void send(response, 201);
  }
  if (kind === "blobs/uploads") return void send(response, 204);
  if (kind === "referrers") {
    const type = "application/vnd.oci.image.index.v1+json";
    return void send(response, 200, { "Content-Type": type }, JSON.stringify({ schemaVersion: 2, mediaType: type, manifests: [] }));
  }
  if (kind === "tags") {
    const tags = [...manifests.keys()].flatMap((name) => (name.startsWith(`${repository}:`) ? [name.slice(repository.length + 1)] : []));
    return void (tags.length === 0 ? absent(response) : send(response, 200, {}, JSON.stringify({ name: repository, tags: tags.sort() })));
  }
  if (kind === "manifests" && method === "PUT") {
    const manifest = { type: String(request.headers["content-type"]), bytes: body };
    const digest = digestOf(body);
    manifests.set(`${repository}@${digest}`, manifest);
    if (!reference.includes(":")) manifests.set(`${repository}:${reference}`, manifest);
    return void send(response, 201, { "Docker-Content-Digest": digest });
  }
  const manifest = manifests.get(`${repository}${reference.includes(":") ? "@" : ":"}${reference}`);
  if (kind === "manifests" && manifest !== undefined) {
    return void send(response, 200, { "Content-Type": manifest.type, "Docker-Content-Digest": digestOf(manifest.bytes) }, manifest.bytes);
  }
  const blob = blobs.get(`${repository}@${reference}`);
  if (kind === "blobs" && blob !== undefined) return void send(response, 200, {}, blob);
  absent(response);
}

function absent(response: ServerResponse): void {
  send(response, 404, {}, '{"errors":[{"code":"NAME_UNKNOWN"}]}');
}
