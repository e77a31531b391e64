import { sweepFacts } from "../catalog/facts-sweep.ts";
import type { Registry } from "../registry/registry.ts";
import { LEASE_RETRY, underLease } from "../storage/leases.ts";
import type { Log } from "./log.ts";

/** Milliseconds from the start to the first sweep: the first requests come first. */
const DELAY = 2000;

/** Milliseconds between two sweeps: a push whose content could not be read is tried again. */
const INTERVAL = 3_600_000;

/** Milliseconds from a push that was stored unread to the sweep: there may be more of them. */
const WAKE_DELAY = 100;

export interface FactsSchedule {
  /** There is something to read: soon, or when the running sweep has ended. */
  wake(): void;
  /** Ends a running sweep after the manifest it is at, and waits for that. */
  stop(): Promise<void>;
}

/** Reads in the background what manifests say about themselves that nobody has read yet. Of several processes one does so. */
export function scheduleFactsSweep(
  registry: Registry<"blobs" | "manifests" | "coordination">,
  log: Log,
  { delay = DELAY, interval = INTERVAL } = {},
): FactsSchedule {
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let woken = false;
  let timer: Timer | undefined;
  /** @returns milliseconds until the next look */
  const sweep = async (): Promise<number> => {
    const { manifests, coordination } = registry.metadata;
    if ((await manifests.listWithoutFacts(1)).length === 0) return interval;
    const outcome = await underLease(coordination, "facts", async (lost) => {
      const read = await sweepFacts(registry, { signal: AbortSignal.any([lost, stopping.signal]) });
      if (read > 0) log.write("info", "read what manifests say about themselves", { manifests: read });
    });
    return "done" in outcome ? interval : LEASE_RETRY;
  };
  const run = async (): Promise<void> => {
    const wait = await sweep().catch((error: unknown) => {
      log.write("error", "reading manifests failed; it will be tried again", { cause: error instanceof Error ? error.message : String(error) });
      return interval;
    });
    running = undefined;
    plan(woken ? WAKE_DELAY : wait);
  };
  const plan = (wait: number): void => {
    clearTimeout(timer);
    if (stopping.signal.aborted) return;
    timer = setTimeout(() => {
      woken = false;
      running = run();
    }, wait);
    timer.unref();
  };
  plan(delay);
  return {
    wake() {
      if (woken) return;
      woken = true;
      if (running === undefined) plan(WAKE_DELAY);
    },
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await running;
    },
  };
}
