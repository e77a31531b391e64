import { createClientAddress } from "../access/trusted-proxies.ts";
import { parseListen } from "../config/listen.ts";
import type { Config } from "../config/schema.ts";
import { openCursors } from "./extension/cursor.ts";
import { createExtension } from "./extension/extension.ts";
import { createHandler } from "./http-handler.ts";
import type { Log } from "./log.ts";
import { createManifestRooms } from "./manifest-rooms.ts";
import type { Metrics } from "./metrics.ts";
import type { OpenParts } from "./open-parts.ts";
import { createReadiness } from "./operations/readiness.ts";
import { createOwnHosts } from "./own-hosts.ts";
import type { Listener, ListenerOptions } from "./transport/listener.ts";

export interface RequestParts extends Pick<OpenParts, "stores" | "services" | "certificate"> {
  readonly metrics: Metrics;
  readonly log: Log;
}

/** What several processes share. */
export interface SharedPort {
  readonly port: number;
  /** How many there are. */
  readonly processes: number;
}

/** Listens where the configuration says and answers requests. */
export async function serveRequests(config: Config, parts: RequestParts, shared?: SharedPort): Promise<Listener> {
  const { stores, services, certificate, metrics, log } = parts;
  const manifestRooms = createManifestRooms(shared?.processes);
  const { registry, access, catalog, rights } = services;
  const address = parseListen(config.listen);
  const packageApi = createExtension({ catalog, cursors: await openCursors(stores.metadata.coordination), publicUrl: config.publicUrl });
  const handle = createHandler({
    services: { registry, access, rights, packageApi, metrics, manifestRooms, readiness: createReadiness(stores) },
    isOwnHost: createOwnHosts({ listenHost: address.host, publicUrl: config.publicUrl, hosts: config.server.hosts }),
    clientAddress: createClientAddress(config.trustedProxies),
    publicUrl: config.publicUrl,
    log,
    logRequests: config.log.requests,
  });
  const { idle, headerTime, headerSize } = config.limits;
  const fault = (error: unknown) =>
    log.write("error", "a connection failed", { cause: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  return listen(config, { ...address, ...(shared && { port: shared.port, shared: true }), idle, headerTime, headerSize, handle, certificate, fault });
}

async function listen(config: Config, options: ListenerOptions): Promise<Listener> {
  const listener = await (config.server.listener === "own" ? import("./http1/listener.ts") : import("./node/listener.ts"));
  return listener.listen(options);
}
