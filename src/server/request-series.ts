import type { Metric, Sample } from "./prometheus.ts";

/** Seconds. */
const BOUNDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 120];

/** How often requests of one endpoint and method were answered with each status, and how long they took. */
interface Series {
  readonly endpoint: string;
  readonly method: string;
  readonly answered: Map<number, { count: number }>;
  /** Requests by the first bound that they did not exceed; the last are those beyond all. */
  readonly buckets: number[];
  seconds: number;
}

/** Counts requests. Each is counted in place, as that is done for the smallest, too. */
export class RequestSeries {
  readonly #series = new Map<string, Map<string, Series>>();
  /** In the order in which they began, as the samples are shown. */
  readonly #all: Series[] = [];
  readonly #counts: { readonly labels: { endpoint: string; method: string; status: number }; readonly counter: { readonly count: number } }[] = [];

  count(endpoint: string, method: string, status: number, seconds: number): void {
    const series = this.#series.get(endpoint)?.get(method) ?? this.#begin(endpoint, method);
    const counter = series.answered.get(status) ?? this.#beginStatus(series, status);
    counter.count++;
    series.seconds += seconds;
    let bucket = 0;
    while (bucket < BOUNDS.length && seconds > (BOUNDS[bucket] ?? 0)) bucket++;
    series.buckets[bucket] = (series.buckets[bucket] ?? 0) + 1;
  }

  /** By endpoint, method and status. */
  readonly answered: Metric = {
    name: "opm_http_requests_total",
    help: "Requests answered.",
    type: "counter",
    samples: () => this.#counts.map(({ labels, counter }) => ({ labels, value: counter.count })),
  };

  /** By endpoint and method. */
  readonly durations: Metric = {
    name: "opm_http_request_duration_seconds",
    help: "Time from the headers of a request to the last byte of its answer.",
    type: "histogram",
    samples: () => this.#all.flatMap(histogramOf),
  };

  #begin(endpoint: string, method: string): Series {
    const series: Series = { endpoint, method, answered: new Map(), buckets: new Array<number>(BOUNDS.length + 1).fill(0), seconds: 0 };
    let methods = this.#series.get(endpoint);
    if (methods === undefined) {
      methods = new Map();
      this.#series.set(endpoint, methods);
    }
    methods.set(method, series);
    this.#all.push(series);
    return series;
  }

  #beginStatus({ endpoint, method, answered }: Series, status: number): { count: number } {
    const counter = { count: 0 };
    answered.set(status, counter);
    this.#counts.push({ labels: { endpoint, method, status }, counter });
    return counter;
  }
}

/** Each bucket holds those before it, too. */
function histogramOf({ endpoint, method, buckets, seconds }: Series): Sample[] {
  const labels = { endpoint, method };
  let count = 0;
  const samples: Sample[] = buckets.map((requests, index) => {
    count += requests;
    return { suffix: "_bucket", labels: { le: BOUNDS[index] ?? "+Inf", ...labels }, value: count };
  });
  return [...samples, { suffix: "_sum", labels, value: seconds }, { suffix: "_count", labels, value: count }];
}
