import type { Config } from "../config/schema.ts";
import { workersOf } from "../config/workers.ts";
import { openLog } from "./log.ts";
import { maintain } from "./maintain.ts";
import { openParts } from "./open-parts.ts";
import { createProcessMetrics } from "./process-metrics.ts";
import { renderMetrics } from "./prometheus.ts";
import { type RunningServer, type StartOptions, urlOf } from "./running-server.ts";
import { serveRequests } from "./serve-requests.ts";

/** Starts the registry, in as many processes as the configuration says. */
export async function startServer(config: Config, options: StartOptions): Promise<RunningServer> {
  const workers = workersOf(config);
  if (workers === 1) return startAlone(config, options);
  return (await import("./workers/start-workers.ts")).startWorkers(config, { ...options, workers });
}

/** Opens the stores, sets up access control, listens, and schedules the collector, all in this process. */
async function startAlone(config: Config, { version, adopt }: StartOptions): Promise<RunningServer> {
  const log = openLog(config.log, (text) => process.stderr.write(text));
  const parts = await openParts(config, log, { create: true, adopt });
  const { access } = parts.services;
  const maintenance = maintain(config, { ...parts, version, log });
  try {
    const { begin, end, metrics } = createProcessMetrics(access.failedLogins);
    const render = () => renderMetrics([...metrics, ...maintenance.metrics]);
    const listener = await serveRequests(config, { ...parts, log, metrics: { begin, end, render } });
    return {
      url: urlOf(config, listener.port),
      log,
      async reload() {
        await Promise.all([access.reload(), parts.certificate?.reload()]);
      },
      async stop() {
        await Promise.all([listener.stop(), maintenance.stop()]);
        await parts.close();
        log.write("info", "stopped");
        log.flush();
      },
    };
  } catch (error) {
    await maintenance.stop();
    await parts.close();
    throw error;
  }
}
