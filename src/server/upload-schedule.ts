import { endExpiredUploads } from "../registry/collector.ts";
import type { Stores } from "../registry/registry.ts";
import { underLease } from "../storage/leases.ts";
import type { Log } from "./log.ts";

/** Milliseconds between two looks. */
const INTERVAL = 60_000;

export interface UploadSchedule {
  /** Ends a running look at its next step and waits for that. */
  stop(): Promise<void>;
}

/** Ends upload sessions soon after their time is over, however seldom the collector runs. Of several processes one does so. */
export function scheduleUploads(stores: Stores<"uploads" | "coordination">, now: () => number, log: Log, interval = INTERVAL): UploadSchedule {
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const run = async (): Promise<void> => {
    try {
      const { uploads, coordination } = stores.metadata;
      if ((await uploads.listExpired(now(), 1)).length === 0) return;
      await underLease(coordination, "expired uploads", async (lost) => {
        const ended = await endExpiredUploads(stores, { now, signal: AbortSignal.any([lost, stopping.signal]) });
        if (ended > 0) log.write("info", "ended uploads that received nothing any more", { uploads: ended });
      });
    } catch (error) {
      log.write("error", "uploads whose time is over cannot be ended; it will be tried again", {
        cause: error instanceof Error ? error.message : String(error),
      });
    }
  };
  const timer = setInterval(() => {
    running = running.then(run);
  }, interval);
  timer.unref();
  return {
    async stop() {
      stopping.abort();
      clearInterval(timer);
      await running;
    },
  };
}
