import { labelsText, type Metric, type Sample } from "../prometheus.ts";

/** A metric with its samples, as it goes from one process to another. */
export interface MetricValues extends Omit<Metric, "samples"> {
  readonly values: readonly Sample[];
}

/** The figures of a process. */
export interface ProcessFigures {
  /** As the label `process` has it. */
  readonly process: string;
  readonly metrics: readonly MetricValues[];
}

/** Takes the samples of metrics. */
export function valuesOf(metrics: readonly Metric[]): Promise<MetricValues[]> {
  return Promise.all(metrics.map(async ({ samples, ...metric }) => ({ ...metric, values: await samples() })));
}

/**
 * The figures of several processes as those of one. What is said of the process itself (`process_`) stays apart, with its name as a label;
 * all else is added up.
 */
export function mergeMetrics(all: readonly ProcessFigures[]): MetricValues[] {
  const merged = new Map<string, { readonly metric: MetricValues; readonly samples: Map<string, Sample> }>();
  for (const { process, metrics } of all) {
    for (const metric of metrics) {
      const { samples } = merged.get(metric.name) ?? begin(metric);
      for (const sample of metric.values) {
        const added = metric.name.startsWith("process_") ? { ...sample, labels: { process, ...sample.labels } } : sample;
        const key = `${sample.suffix ?? ""}${labelsText(added.labels)}`;
        samples.set(key, { ...added, value: added.value + (samples.get(key)?.value ?? 0) });
      }
    }
  }
  return [...merged.values()].map(({ metric, samples }) => ({ ...metric, values: [...samples.values()] }));

  function begin(metric: MetricValues) {
    const begun = { metric, samples: new Map<string, Sample>() };
    merged.set(metric.name, begun);
    return begun;
  }
}

/** What is still to be counted of a process that has ended: counters never go back. */
export function countersOf(metrics: readonly MetricValues[]): MetricValues[] {
  return metrics.filter(({ type }) => type !== "gauge");
}
