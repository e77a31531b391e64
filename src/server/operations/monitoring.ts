import type { Call } from "../context.ts";
import { type HttpReply, jsonReply } from "../http.ts";
import { METRICS_TYPE } from "../prometheus.ts";

/** The process runs. */
export function getHealth(): HttpReply {
  return jsonReply({ status: "ok" });
}

/** Whether both stores work and belong together: 503 when not. */
export async function getReadiness({ services }: Call): Promise<HttpReply> {
  const { ready, checks } = await services.readiness();
  return jsonReply({ status: ready ? "ok" : "unavailable", checks }, {}, ready ? 200 : 503);
}

/** The Prometheus text format. */
export async function getMetrics({ services: { metrics } }: Call): Promise<HttpReply> {
  return { status: 200, headers: { "Content-Type": METRICS_TYPE }, body: await metrics.render() };
}
