import { expect, test } from "bun:test";
import { renderMetrics } from "./prometheus.ts";
import { RequestSeries } from "./request-series.ts";

test("requests are shown in the text format, each series in the order in which it began", async () => {
  const series = new RequestSeries();
  series.count("blob", "GET", 200, 0.001);
  series.count("tags", "GET", 200, 120);
  series.count("blob", "GET", 404, 0.0011);
  series.count("blob", "HEAD", 200, 121);
  series.count("blob", "GET", 200, 0.25);
  expect(await renderMetrics([series.answered, series.durations])).toBe(`# HELP opm_http_requests_total Requests answered.
# TYPE opm_http_requests_total counter
opm_http_requests_total{endpoint="blob",method="GET",status="200"} 2
opm_http_requests_total{endpoint="tags",method="GET",status="200"} 1
opm_http_requests_total{endpoint="blob",method="GET",status="404"} 1
opm_http_requests_total{endpoint="blob",method="HEAD",status="200"} 1

# HELP opm_http_request_duration_seconds Time from the headers of a request to the last byte of its answer.
# TYPE opm_http_request_duration_seconds histogram
${durations("blob", "GET", [1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3], 0.2521)}
${durations("tags", "GET", [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1], 120)}
${durations("blob", "HEAD", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 121)}
`);
});

function durations(endpoint: string, method: string, counts: readonly number[], sum: number): string {
  const labels = `endpoint="${endpoint}",method="${method}"`;
  const bounds = ["0.001", "0.005", "0.01", "0.05", "0.1", "0.5", "1", "5", "30", "120", "+Inf"];
  const name = "opm_http_request_duration_seconds";
  return [
    ...bounds.map((bound, index) => `${name}_bucket{le="${bound}",${labels}} ${counts[index]}`),
    `${name}_sum{${labels}} ${sum}`,
    `${name}_count{${labels}} ${counts.at(-1)}`,
  ].join("\n");
}

test("values of labels are escaped, and numbers that are none are named as Prometheus names them", async () => {
  const samples = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value) => ({ value }));
  const text = await renderMetrics([
    { name: "a", help: "A.", type: "gauge", samples: () => [{ labels: { version: '1 "x"\\\n' }, value: 1 }] },
    { name: "b", help: "B.", type: "gauge", samples: () => samples },
    { name: "c", help: "C.", type: "counter", samples: async () => [] },
  ]);
  const escaped = String.raw`a{version="1 \"x\"\\\n"} 1`;
  expect(text).toBe(`# HELP a A.\n# TYPE a gauge\n${escaped}\n\n# HELP b B.\n# TYPE b gauge\nb NaN\nb +Inf\nb -Inf\n\n# HELP c C.\n# TYPE c counter\n`);
});
