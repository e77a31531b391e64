import type { Log } from "./log.ts";

/** Bytes: no limit on a body beyond those of blobs and manifests, which the endpoints check while they read. */
const BODY_LIMIT = Number.MAX_SAFE_INTEGER;

export interface ListenerOptions {
  /** Empty: every address. */
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly handle: (request: Request, remote: string) => Promise<Response>;
  readonly log: Log;
}

export interface Listener {
  readonly port: number;
  /** Stops accepting and waits for running requests. */
  stop(): Promise<void>;
}

/** Listens for HTTP or HTTPS requests. */
export function listen(options: ListenerOptions): Listener {
  const { host, port, tls, handle, log } = options;
  const server = Bun.serve({
    hostname: host === "" ? "::" : host,
    port,
    maxRequestBodySize: BODY_LIMIT,
    idleTimeout: 0,
    ...(tls && { tls }),
    fetch: (request, bun) => handle(request, bun.requestIP(request)?.address ?? ""),
    error(error) {
      log.write("error", "request failed outside its handler", { cause: error.message });
      return new Response(null, { status: 500 });
    },
  });
  return {
    port: server.port ?? port,
    stop: () => server.stop(false),
  };
}
