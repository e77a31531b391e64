import type { Load } from "./generators.ts";

/** What the nodes of a server did at once. */
export interface TogetherLoad extends Pick<Load, "requests" | "p99" | "startup" | "latencies"> {
  /** Requests a second. */
  readonly rate: number;
}

/**
 * One figure of what each node was measured to do at the same time: requests and rates are added, the longest wait counts. Latencies by
 * kind and the time to start are those of the first.
 */
export function together(loads: readonly Load[]): TogetherLoad {
  const { startup, latencies } = loads[0] ?? {};
  return {
    requests: loads.reduce((sum, { requests }) => sum + requests, 0),
    rate: loads.reduce((sum, { requests, seconds }) => sum + requests / seconds, 0),
    p99: Math.max(...loads.map(({ p99 }) => p99)),
    ...(startup !== undefined && { startup }),
    ...(latencies && { latencies }),
  };
}
