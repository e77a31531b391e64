import { createClientAddress } from "../access/trusted-proxies.ts";
import { parseListen, reachableHost } from "../config/listen.ts";
import { openStores, storeFolders } from "../config/open-stores.ts";
import type { Config } from "../config/schema.ts";
import { scheduleCollector } from "./collector-schedule.ts";
import { openCursors } from "./extension/cursor.ts";
import { createExtension } from "./extension/extension.ts";
import { createHandler } from "./http-handler.ts";
import { createLog, type Log } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import { type OpenServices, openServices } from "./open-services.ts";
import { createReadiness } from "./operations/readiness.ts";
import { createOwnHosts } from "./own-hosts.ts";
import { type Certificate, openCertificate } from "./tls/certificate.ts";
import type { CertificateFiles } from "./tls/load-certificate.ts";
import type { Listener, ListenerOptions } from "./transport/listener.ts";
import { scheduleUploads } from "./upload-schedule.ts";

export interface RunningServer {
  /** Where clients of this machine reach it, e.g. `http://127.0.0.1:5000`. */
  readonly url: string;
  readonly port: number;
  readonly log: Log;
  /** Reads the files again that may change while it runs: accounts and the certificate. What cannot be used is logged, and what was read before stays. */
  reload(): Promise<void>;
  /** Stops accepting requests, lets the running ones end, and closes the stores. */
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly version: string;
  /** Takes content and database for each other's, whatever they say. */
  readonly adopt?: boolean | undefined;
}

/** Starts the registry: opens the stores, sets up access control, listens, and schedules the collector. */
export async function startServer(config: Config, { version, adopt }: StartOptions): Promise<RunningServer> {
  const { limits, collector } = config;
  const format = config.log.format === "auto" ? (process.stderr.isTTY ? "text" : "json") : config.log.format;
  const log = createLog({ level: config.log.level, format, sink: (text) => process.stderr.write(text) });
  const stores = await openStores(config, { create: true, adopt, waiting: (message) => log.write("warn", message) });
  let services: OpenServices | undefined;
  let certificate: Certificate | undefined;
  try {
    services = await openServices(config, stores, log);
    const { access, catalog, stop: stopServices } = services;
    certificate = config.tls === undefined ? undefined : await certificateOf(config.tls, log);
    const { now } = services.registry;
    const metrics = createMetrics(stores.metadata.collection, version, {
      folders: storeFolders(config),
      failedLogins: access.failedLogins,
      certificateEnd: certificate?.expiresAt,
      now,
    });
    const packageApi = createExtension({ catalog, cursors: await openCursors(stores.metadata.coordination), publicUrl: config.publicUrl });
    const handle = createHandler({
      services: { registry: services.registry, access, packageApi, metrics, readiness: createReadiness(stores) },
      isOwnHost: createOwnHosts({ listenHost: parseListen(config.listen).host, publicUrl: config.publicUrl, hosts: config.server.hosts }),
      clientAddress: createClientAddress(config.trustedProxies),
      publicUrl: config.publicUrl,
      log,
      logRequests: config.log.requests,
    });
    const { idle, headerTime, headerSize } = limits;
    const fault = (error: unknown) =>
      log.write("error", "a connection failed", { cause: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    const listener = await listen(config, { ...parseListen(config.listen), idle, headerTime, headerSize, handle, certificate, fault });
    const { interval, retention, unreferenced } = collector;
    const schedule = scheduleCollector(stores, interval, { retention, unreferenced, uploadLifetime: limits.uploadLifetime, now }, log, metrics);
    const uploads = scheduleUploads(stores, now, log);
    return {
      url: `${config.tls ? "https" : "http"}://${reachableHost(parseListen(config.listen).host)}:${listener.port}`,
      port: listener.port,
      log,
      async reload() {
        await Promise.all([access.reload(), certificate?.reload()]);
      },
      async stop() {
        await Promise.all([listener.stop(), schedule.stop(), uploads.stop()]);
        await stopServices();
        await stores.close();
        certificate?.stop();
        log.write("info", "stopped");
        log.flush();
      },
    };
  } catch (error) {
    certificate?.stop();
    await services?.stop();
    await stores.close();
    throw error;
  }
}

function certificateOf(files: CertificateFiles, log: Log): Promise<Certificate> {
  return openCertificate(
    files,
    (message) => log.write("warn", message),
    () => log.write("info", "serving a new TLS certificate"),
  );
}

async function listen(config: Config, options: ListenerOptions): Promise<Listener> {
  const listener = await (config.server.listener === "own" ? import("./http1/listener.ts") : import("./node/listener.ts"));
  return listener.listen(options);
}
