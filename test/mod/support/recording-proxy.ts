import { afterAll, afterEach, beforeAll, beforeEach } from "bun:test";

/** A request as the registry got it. */
export interface Asked {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly authorization: string | null;
}

/** Answers in place of the registry; undefined lets the request through. */
export type Interceptor = (request: Request, path: string) => Response | undefined | Promise<Response | undefined>;

/** Stands in front of a registry, remembers what it was asked, and may answer in its place or change what it answers. */
export interface RecordingProxy {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  /** What was asked since `reset`. */
  asked(): readonly Asked[];
  /** Requests of these that change anything. */
  writes(): string[];
  /** Both end with `reset`, which comes before and after every test. */
  before: Interceptor | undefined;
  after: ((response: Response, path: string) => Response | Promise<Response>) | undefined;
  reset(): void;
}

/** Starts one before the tests of the calling file. @param registry `127.0.0.1:<port>` of what it stands in front of */
export function useRecordingProxy(registry: () => string): RecordingProxy {
  let server: Bun.Server<undefined> | undefined;
  let asked: Asked[] = [];
  const proxy: RecordingProxy = {
    get host() {
      return `127.0.0.1:${server?.port}`;
    },
    asked: () => asked,
    writes: () => asked.flatMap(({ method, path }) => (method === "GET" || method === "HEAD" ? [] : [`${method} ${path}`])),
    before: undefined,
    after: undefined,
    reset() {
      asked = [];
      proxy.before = undefined;
      proxy.after = undefined;
    },
  };
  beforeAll(() => {
    server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      idleTimeout: 255,
      async fetch(request) {
        const url = new URL(request.url);
        const path = url.pathname + url.search;
        asked.push({ method: request.method, path, authorization: request.headers.get("Authorization") });
        const own = await proxy.before?.(request, path);
        if (own !== undefined) return own;
        const response = await passOn(request, `http://${registry()}${path}`);
        return (await proxy.after?.(response, path)) ?? response;
      },
    });
  });
  beforeEach(() => proxy.reset());
  afterEach(() => proxy.reset());
  afterAll(() => server?.stop(true));
  return proxy;
}

async function passOn(request: Request, url: string): Promise<Response> {
  const body = request.method === "GET" || request.method === "HEAD" ? null : await request.arrayBuffer();
  const response = await fetch(url, { method: request.method, headers: request.headers, body, redirect: "manual", decompress: false });
  return new Response(request.method === "HEAD" ? null : await response.arrayBuffer(), { status: response.status, headers: response.headers });
}
