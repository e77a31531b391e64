import { expect, test } from "bun:test";
import { createProcessMetrics } from "../process-metrics.ts";
import { renderMetrics } from "../prometheus.ts";
import { countersOf, mergeMetrics, type ProcessFigures, valuesOf } from "./merge-metrics.ts";

/** What a process says after requests with these statuses, one more being handled. */
async function figuresOf(process: string, statuses: readonly number[]): Promise<ProcessFigures> {
  const { begin, end, metrics } = createProcessMetrics(() => statuses.length);
  for (const status of statuses) {
    begin();
    end({ endpoint: "blob", method: "GET", status, seconds: status === 404 ? 2 : 0.002, bytesIn: 1, bytesOut: 10 });
  }
  begin();
  return { process, metrics: await valuesOf(metrics) };
}

async function textOf(all: readonly ProcessFigures[]): Promise<string> {
  return renderMetrics(mergeMetrics(all).map(({ values, ...metric }) => ({ ...metric, samples: () => values })));
}

test("requests are added up, whatever each process has seen; processes stay apart", async () => {
  const text = await textOf([await figuresOf("primary", []), await figuresOf("worker-1", [200, 200, 404]), await figuresOf("worker-2", [200, 500])]);
  for (const line of [
    'opm_http_requests_total{endpoint="blob",method="GET",status="200"} 3',
    'opm_http_requests_total{endpoint="blob",method="GET",status="404"} 1',
    'opm_http_requests_total{endpoint="blob",method="GET",status="500"} 1',
    'opm_http_request_duration_seconds_bucket{le="0.005",endpoint="blob",method="GET"} 4',
    'opm_http_request_duration_seconds_bucket{le="+Inf",endpoint="blob",method="GET"} 5',
    'opm_http_request_duration_seconds_count{endpoint="blob",method="GET"} 5',
    "opm_http_requests_in_flight 3",
    "opm_http_sent_bytes_total 50",
    "opm_login_failures_total 5",
  ]) {
    expect(text.split("\n")).toContain(line);
  }
  for (const process of ["primary", "worker-1", "worker-2"])
    expect(text).toMatch(new RegExp(`^process_resident_memory_bytes\\{process="${process}"\\} \\d+$`, "m"));
  expect(text.match(/^# TYPE opm_http_requests_total counter$/gm)).toHaveLength(1);
});

test("what a process has counted stays when it has ended, what it was does not", async () => {
  const ended = await figuresOf("worker-1", [200, 404]);
  const text = await textOf([{ process: "ended", metrics: countersOf(ended.metrics) }, await figuresOf("worker-1", [200])]);
  expect(text).toContain('opm_http_requests_total{endpoint="blob",method="GET",status="200"} 2\n');
  expect(text).toContain("opm_http_requests_in_flight 1\n");
  expect(text.match(/^process_resident_memory_bytes/gm)).toHaveLength(1);
});
