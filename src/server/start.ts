import { createAccess } from "../access/access.ts";
import { recordGrants } from "../access/record-grants.ts";
import { parseListen } from "../config/listen.ts";
import { openStores } from "../config/open-stores.ts";
import type { Config } from "../config/schema.ts";
import type { Registry } from "../registry/registry.ts";
import { scheduleCollector } from "./collector-schedule.ts";
import { createHandler } from "./http-handler.ts";
import { createLog } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import { listen } from "./node/listener.ts";
import { createOperations } from "./operations.ts";
import { createReadiness } from "./readiness.ts";

export interface RunningServer {
  /** Where clients of this machine reach it, e.g. `http://127.0.0.1:5000`. */
  readonly url: string;
  readonly port: number;
  /** Stops accepting requests, lets the running ones end, and closes the stores. */
  stop(): Promise<void>;
}

/** Starts the registry: opens the stores, sets up access control, listens, and schedules the collector. */
export async function startServer(config: Config, { version }: { readonly version: string }): Promise<RunningServer> {
  const { limits, collector } = config;
  const log = createLog({ ...config.log, sink: (text) => process.stderr.write(text) });
  const stores = await openStores(config);
  try {
    const access = await createAccess({
      metadata: stores.metadata,
      settings: config.access,
      data: config.data,
      loginFailures: limits.loginFailures,
      publicUrl: config.publicUrl,
      warn: (message) => log.write("warn", message),
    });
    await recordGrants(stores.metadata, config.access.grants, { subject: "system" }, Date.now());
    const registry: Registry = { ...stores, limits: { ...limits, unreferenced: collector.unreferenced }, now: Date.now };
    const metrics = createMetrics(stores.metadata, version);
    const handle = createHandler({
      services: { registry, access },
      publicUrl: config.publicUrl,
      log,
      logRequests: config.log.requests,
      metrics,
      other: createOperations({ access, metrics, readiness: createReadiness(stores) }),
    });
    const { host, port } = parseListen(config.listen);
    const listener = await listen({ host, port, idle: limits.idle, headerTime: limits.headerTime, headerSize: limits.headerSize, scheme: "http", handle });
    const { interval, retention, unreferenced } = collector;
    const schedule = scheduleCollector(stores, interval, { retention, unreferenced, uploadLifetime: limits.uploadLifetime, now: Date.now }, log, metrics);
    return {
      url: `${config.tls ? "https" : "http"}://${reachableHost(host)}:${listener.port}`,
      port: listener.port,
      async stop() {
        await Promise.all([listener.stop(), schedule.stop()]);
        await stores.close();
        log.flush();
      },
    };
  } catch (error) {
    await stores.close();
    throw error;
  }
}

function reachableHost(host: string): string {
  if (host === "" || host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
