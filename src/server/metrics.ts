import type { CollectionStore, Usage } from "../storage/metadata/collection.ts";
import { type OperationSources, operationMetrics } from "./operation-metrics.ts";
import type { ProcessMetrics } from "./process-metrics.ts";
import { type Metric, oneValue } from "./prometheus.ts";

/** Milliseconds that counts of the stored content are reused: counting them costs a scan. */
const USAGE_LIFETIME = 60_000;

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
}

/** What all processes of a registry know together: what is stored and collected. */
export function createSharedMetrics(collection: CollectionStore, version: string, operation?: OperationSources): SharedMetrics {
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
      ...usageMetrics(collection),
      ...(operation === undefined ? [] : operationMetrics(collection, operation)),
    ],
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

function usageMetrics(collection: CollectionStore): Metric[] {
  let cached: { readonly at: number; readonly usage: Promise<Usage> } | undefined;
  const usage = () => {
    if (cached === undefined || Date.now() - cached.at > USAGE_LIFETIME) {
      cached = { at: Date.now(), usage: collection.usage() };
      cached.usage.catch(() => {
        cached = undefined;
      });
    }
    return cached.usage;
  };
  return (Object.keys(USAGE) as (keyof Usage)[]).map((key) => {
    return oneValue("gauge", key === "storedBytes" ? "opm_stored_bytes" : `opm_${key}`, USAGE[key], async () => (await usage())[key]);
  });
}
