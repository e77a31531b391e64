import type { CollectionStore, Usage } from "../storage/metadata/collection.ts";
import { type OperationSources, operationMetrics } from "./operation-metrics.ts";
import { METRICS_TYPE, type Metric, oneValue, renderMetrics } from "./prometheus.ts";
import { RequestSeries } from "./request-series.ts";

/** Milliseconds that counts of the stored content are reused: counting them costs a scan. */
const USAGE_LIFETIME = 60_000;

export interface RequestSample {
  /** Name of the endpoint, never a name the client chose: it becomes a label. */
  readonly endpoint: string;
  readonly method: string;
  readonly status: number;
  readonly seconds: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export interface Metrics {
  begin(): void;
  end(sample: RequestSample): void;
  collected(counts: { readonly blobs: number; readonly bytes: number }): void;
  /** The Prometheus text format. */
  render(): Promise<string>;
  readonly contentType: string;
}

/** Counts requests and shows what is stored. */
export function createMetrics(collection: CollectionStore, version: string, operation?: OperationSources): Metrics {
  const requests = new RequestSeries();
  let inFlight = 0;
  let received = 0;
  let sent = 0;
  let collectedBlobs = 0;
  let collectedBytes = 0;
  const metrics: Metric[] = [
    requests.answered,
    requests.durations,
    oneValue("gauge", "opm_http_requests_in_flight", "Requests being handled.", () => inFlight),
    oneValue("counter", "opm_http_received_bytes_total", "Bytes of request bodies.", () => received),
    oneValue("counter", "opm_http_sent_bytes_total", "Bytes of response bodies.", () => sent),
    oneValue("counter", "opm_collected_blobs_total", "Blobs that the collector removed.", () => collectedBlobs),
    oneValue("counter", "opm_collected_bytes_total", "Bytes that the collector freed.", () => collectedBytes),
    { name: "opm_build_info", help: "The running version.", type: "gauge", samples: () => [{ labels: { version }, value: 1 }] },
    oneValue("gauge", "process_resident_memory_bytes", "Resident memory.", () => process.memoryUsage.rss()),
    oneValue("gauge", "process_cpu_seconds_total", "User and system CPU time.", cpuSeconds),
    ...usageMetrics(collection),
    ...(operation === undefined ? [] : operationMetrics(collection, operation)),
  ];
  return {
    begin() {
      inFlight++;
    },
    end({ endpoint, method, status, seconds, bytesIn, bytesOut }) {
      inFlight--;
      requests.count(endpoint, method, status, seconds);
      received += bytesIn;
      sent += bytesOut;
    },
    collected({ blobs, bytes }) {
      collectedBlobs += blobs;
      collectedBytes += bytes;
    },
    render: () => renderMetrics(metrics),
    contentType: METRICS_TYPE,
  };
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
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
