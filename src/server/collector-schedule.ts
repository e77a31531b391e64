import { COLLECTION_LEASE, type CollectOptions, collect, collectContent } from "../registry/collector.ts";
import type { Stores } from "../registry/registry.ts";
import { assertSameStores } from "../registry/store-identity.ts";
import { LEASE_RETRY, underLease } from "../storage/leases.ts";
import type { Log } from "./log.ts";
import type { SharedMetrics } from "./metrics.ts";

export interface CollectorSchedule {
  /** Ends the running collection at its next step and waits for that. */
  stop(): Promise<void>;
}

export interface CollectorPlan extends Omit<CollectOptions, "signal"> {
  /** Milliseconds from the end of a run, by whichever process, to the next one; 0: there is none. */
  readonly interval: number;
  /** Milliseconds between two looks while another process collects. */
  readonly retry?: number;
}

/**
 * Runs the collector in the background. Of several processes over one database one collects at a time; the others help it with the content
 * that it has found to go.
 */
export function scheduleCollector(
  stores: Stores<"collection" | "uploads" | "coordination">,
  { interval, retry = LEASE_RETRY, ...options }: CollectorPlan,
  log: Log,
  metrics: Pick<SharedMetrics, "collected">,
): CollectorSchedule {
  const { collection, coordination } = stores.metadata;
  const stopping = new AbortController();
  let timer: Timer | undefined;
  let running: Promise<void> = Promise.resolve();

  /** Until the next run is due. */
  const wait = async (): Promise<number> => {
    const { collection: endedAt } = await collection.lastRuns();
    return endedAt === undefined ? 0 : Math.min(interval, Math.max(0, endedAt + interval - options.now()));
  };
  const collectAll = async (signal: AbortSignal): Promise<void> => {
    const collected = await collect(stores, { ...options, signal });
    metrics.collected(collected);
    if (!signal.aborted) await collection.noteRun("collection", options.now());
    if (collected.manifests + collected.links + collected.blobs + collected.uploads > 0) log.write("info", "collected", { ...collected });
  };
  const help = async (holder: string): Promise<void> => {
    const collected = await collectContent(stores, { ...options, signal: stopping.signal });
    metrics.collected(collected);
    if (collected.blobs > 0) log.write("info", "helped another process to collect", { ...collected, holder });
  };
  /** @returns milliseconds until the next look */
  const run = async (): Promise<number> => {
    const due = await wait();
    if (due > 0) return due;
    await assertSameStores(stores);
    const outcome = await underLease(coordination, COLLECTION_LEASE, (lost) => collectAll(AbortSignal.any([lost, stopping.signal])));
    if ("done" in outcome) return interval;
    await help(outcome.other.holder);
    return retry;
  };
  const plan = (delay: number): void => {
    if (interval <= 0 || stopping.signal.aborted) return;
    timer = setTimeout(() => {
      running = run()
        .catch((error: unknown) => {
          log.write("error", "the collector failed; it will run again", { cause: error instanceof Error ? error.message : String(error) });
          return interval;
        })
        .then(plan);
    }, delay);
    timer.unref();
  };
  plan(interval);
  return {
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await running;
    },
  };
}
