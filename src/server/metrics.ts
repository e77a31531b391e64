import type { Usage } from "../storage/metadata/collection.ts";
import type { Ports } from "../storage/metadata/store.ts";
import { type OperationSources, operationMetrics } from "./operation-metrics.ts";
import type { ProcessMetrics } from "./process-metrics.ts";
import { type Metric, oneValue } from "./prometheus.ts";
import { createUsageFigures, type UsageFigures } from "./usage-figures.ts";

/** Counts requests, and says how things are. */
export interface Metrics extends Pick<ProcessMetrics, "begin" | "end"> {
  /** The Prometheus text format. */
  render(): Promise<string>;
}

/** What is the same whichever process of a registry says it. */
export interface SharedMetrics {
  /** Counts what a collection removed. */
  collected(counts: { readonly blobs: number; readonly bytes: number }): void;
  readonly metrics: readonly Metric[];
  /** Leaves the figures of what is stored to another process. */
  stop(): Promise<void>;
}

/** What all processes of a registry know together: what is stored and collected. Of several over one database one says what is stored. */
export function createSharedMetrics(metadata: Ports<"collection" | "coordination">, version: string, operation?: OperationSources): SharedMetrics {
  const figures = createUsageFigures(metadata);
  let collectedBlobs = 0;
  let collectedBytes = 0;
  return {
    collected({ blobs, bytes }) {
      collectedBlobs += blobs;
      collectedBytes += bytes;
    },
    metrics: [
      oneValue("counter", "opm_collected_blobs_total", "Blobs that the collector removed.", () => collectedBlobs),
      oneValue("counter", "opm_collected_bytes_total", "Bytes that the collector freed.", () => collectedBytes),
      { name: "opm_build_info", help: "The running version.", type: "gauge", samples: () => [{ labels: { version }, value: 1 }] },
      ...usageMetrics(figures),
      ...(operation === undefined ? [] : operationMetrics(metadata.collection, operation)),
    ],
    stop: figures.stop,
  };
}

const USAGE: Readonly<Record<keyof Usage, string>> = {
  repositories: "Repositories.",
  manifests: "Manifests.",
  tags: "Tags.",
  blobs: "Distinct blobs.",
  storedBytes: "Bytes of distinct blobs.",
  uploads: "Open upload sessions.",
};

function usageMetrics(figures: UsageFigures): Metric[] {
  return (Object.keys(USAGE) as (keyof Usage)[]).map((key) => {
    return oneValue("gauge", key === "storedBytes" ? "opm_stored_bytes" : `opm_${key}`, USAGE[key], async () => (await figures.current())?.[key]);
  });
}
