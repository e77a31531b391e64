import { type Metric, oneValue } from "./prometheus.ts";
import { RequestSeries } from "./request-series.ts";

/** A request that was answered. */
export interface RequestSample {
  /** Name of the endpoint, never a name the client chose: it becomes a label. */
  readonly endpoint: string;
  readonly method: string;
  readonly status: number;
  readonly seconds: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** What one process knows by itself: the requests that it handles, what it takes of the machine. */
export interface ProcessMetrics {
  begin(): void;
  end(sample: RequestSample): void;
  readonly metrics: readonly Metric[];
}

/** @param failedLogins log-ins that failed since the start */
export function createProcessMetrics(failedLogins?: () => number): ProcessMetrics {
  const requests = new RequestSeries();
  let inFlight = 0;
  let received = 0;
  let sent = 0;
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
    metrics: [
      requests.answered,
      requests.durations,
      oneValue("gauge", "opm_http_requests_in_flight", "Requests being handled.", () => inFlight),
      oneValue("counter", "opm_http_received_bytes_total", "Bytes of request bodies.", () => received),
      oneValue("counter", "opm_http_sent_bytes_total", "Bytes of response bodies.", () => sent),
      ...(failedLogins === undefined ? [] : [oneValue("counter", "opm_login_failures_total", "Log-ins that failed.", failedLogins)]),
      oneValue("gauge", "process_resident_memory_bytes", "Resident memory.", () => process.memoryUsage.rss()),
      oneValue("gauge", "process_cpu_seconds_total", "User and system CPU time.", cpuSeconds),
    ],
  };
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
