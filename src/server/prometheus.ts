// What is used of prom-client, by its files: the package as a whole loads OpenTelemetry, a push gateway and clusters with it, which is 1.5 MiB
// of every server and 70 files of every start.
export { default as Counter } from "prom-client/lib/counter.js";
export { default as Gauge } from "prom-client/lib/gauge.js";
export { default as Histogram } from "prom-client/lib/histogram.js";
export { default as Registry } from "prom-client/lib/registry.js";
