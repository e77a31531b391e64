import { storeFolders } from "../config/open-stores.ts";
import type { Config } from "../config/schema.ts";
import { scheduleCollector } from "./collector-schedule.ts";
import type { Log } from "./log.ts";
import { createSharedMetrics } from "./metrics.ts";
import { type NodeOptions, scheduleNode, sharedSettings } from "./node-schedule.ts";
import type { OpenParts } from "./open-parts.ts";
import type { Metric } from "./prometheus.ts";
import { scheduleUploads } from "./upload-schedule.ts";

export interface MaintenanceParts extends Pick<OpenParts, "stores" | "services" | "certificate"> {
  readonly version: string;
  readonly log: Log;
}

export interface Maintenance {
  /** What is stored and collected. */
  readonly metrics: readonly Metric[];
  stop(): Promise<void>;
}

/** Does what one process does for all of a registry: collects, ends uploads, and says what is stored. Of several it is one at a time, by leases. */
export function maintain(config: Config, { stores, services, certificate, version, log }: MaintenanceParts): Maintenance {
  const { interval, retention, unreferenced } = config.collector;
  const { now } = services.registry;
  const { collected, metrics, stop } = createSharedMetrics(stores.metadata, version, {
    folders: storeFolders(config),
    certificateEnd: certificate?.expiresAt,
    now,
  });
  const { uploadLifetime } = config.limits;
  const collector = scheduleCollector(stores, { interval, retention, unreferenced, uploadLifetime, now }, log, { collected });
  const uploads = scheduleUploads(stores, now, log);
  const node = storeFolders(config).metadata === undefined ? scheduleNode(nodeOptions()) : undefined;
  return {
    metrics,
    async stop() {
      await Promise.all([collector.stop(), uploads.stop(), stop(), node?.stop()]);
    },
  };

  function nodeOptions(): NodeOptions {
    const settings = sharedSettings(config, services.access.signingKey);
    return { coordination: stores.metadata.coordination, version, settings, now, log };
  }
}
