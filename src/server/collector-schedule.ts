import { type CollectOptions, collect } from "../registry/collector.ts";
import type { Stores } from "../registry/registry.ts";
import { assertSameStores } from "../registry/store-identity.ts";
import type { Log } from "./log.ts";
import type { SharedMetrics } from "./metrics.ts";

export interface CollectorSchedule {
  /** Ends the running collection at its next step and waits for that. */
  stop(): Promise<void>;
}

/** Runs the collector in the background, `interval` milliseconds after the last run ended; 0 turns it off. */
export function scheduleCollector(
  stores: Stores<"collection" | "uploads" | "coordination">,
  interval: number,
  options: Omit<CollectOptions, "signal">,
  log: Log,
  metrics: Pick<SharedMetrics, "collected">,
): CollectorSchedule {
  const stopping = new AbortController();
  let timer: Timer | undefined;
  let running: Promise<void> = Promise.resolve();
  const run = async () => {
    try {
      await assertSameStores(stores);
      const collected = await collect(stores, { ...options, signal: stopping.signal });
      metrics.collected(collected);
      if (!stopping.signal.aborted) await stores.metadata.collection.noteRun("collection", options.now());
      if (collected.manifests + collected.links + collected.blobs + collected.uploads > 0) log.write("info", "collected", { ...collected });
    } catch (error) {
      log.write("error", "the collector failed; it will run again", { cause: error instanceof Error ? error.message : String(error) });
    }
    plan();
  };
  const plan = () => {
    if (interval <= 0 || stopping.signal.aborted) return;
    timer = setTimeout(() => {
      running = run();
    }, interval);
    timer.unref();
  };
  plan();
  return {
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await running;
    },
  };
}
