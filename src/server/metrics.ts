import type { CollectionStore, Usage } from "../storage/metadata/collection.ts";
import { addOperationMetrics, type OperationSources } from "./operation-metrics.ts";
import { Counter, Gauge, Histogram, Registry } from "./prometheus.ts";

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

interface Series {
  readonly requests: Counter.Internal;
  readonly seconds: Histogram.Internal<"endpoint" | "method">;
}

/** Counts requests and shows what is stored. */
export function createMetrics(collection: CollectionStore, version: string, operation?: OperationSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({ name: "opm_http_requests_total", help: "Requests answered.", labelNames: ["endpoint", "method", "status"], registers });
  const seconds = new Histogram({
    name: "opm_http_request_duration_seconds",
    help: "Time from the headers of a request to the last byte of its answer.",
    labelNames: ["endpoint", "method"],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 120],
    registers,
  });
  const inFlight = new Gauge({ name: "opm_http_requests_in_flight", help: "Requests being handled.", registers });
  const received = new Counter({ name: "opm_http_received_bytes_total", help: "Bytes of request bodies.", registers });
  const sent = new Counter({ name: "opm_http_sent_bytes_total", help: "Bytes of response bodies.", registers });
  const collectedBlobs = new Counter({ name: "opm_collected_blobs_total", help: "Blobs that the collector removed.", registers });
  const collectedBytes = new Counter({ name: "opm_collected_bytes_total", help: "Bytes that the collector freed.", registers });
  new Gauge({ name: "opm_build_info", help: "The running version.", labelNames: ["version"], registers }).set({ version }, 1);
  addProcessGauges(registers);
  addUsageGauges(collection, registers);
  if (operation !== undefined) addOperationMetrics(registers, collection, operation);
  const series = new Map<string, Series>();
  return {
    begin: () => inFlight.inc(),
    end(sample) {
      const { endpoint, method, status } = sample;
      const key = `${endpoint} ${method} ${status}`;
      let entry = series.get(key);
      if (entry === undefined) {
        entry = { requests: requests.labels(endpoint, method, String(status)), seconds: seconds.labels(endpoint, method) };
        series.set(key, entry);
      }
      inFlight.dec();
      entry.requests.inc();
      entry.seconds.observe(sample.seconds);
      if (sample.bytesIn > 0) received.inc(sample.bytesIn);
      if (sample.bytesOut > 0) sent.inc(sample.bytesOut);
    },
    collected({ blobs, bytes }) {
      collectedBlobs.inc(blobs);
      collectedBytes.inc(bytes);
    },
    render: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function addProcessGauges(registers: Registry[]): void {
  new Gauge({
    name: "process_resident_memory_bytes",
    help: "Resident memory.",
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  new Gauge({
    name: "process_cpu_seconds_total",
    help: "User and system CPU time.",
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.set((user + system) / 1e6);
    },
  });
}

function addUsageGauges(collection: CollectionStore, registers: Registry[]): void {
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
  const shown: Readonly<Record<keyof Usage, string>> = {
    repositories: "Repositories.",
    manifests: "Manifests.",
    tags: "Tags.",
    blobs: "Distinct blobs.",
    storedBytes: "Bytes of distinct blobs.",
    uploads: "Open upload sessions.",
  };
  for (const key of Object.keys(shown) as (keyof Usage)[]) {
    const name = key === "storedBytes" ? "opm_stored_bytes" : `opm_${key}`;
    new Gauge({
      name,
      help: shown[key],
      registers,
      async collect() {
        this.set((await usage())[key]);
      },
    });
  }
}
