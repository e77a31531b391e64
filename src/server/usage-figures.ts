import { type HeldLease, holdLease } from "../storage/leases.ts";
import type { Usage } from "../storage/metadata/collection.ts";
import type { Ports } from "../storage/metadata/store.ts";

/** Milliseconds that counts of the stored content are reused: counting them costs a scan. */
const LIFETIME = 60_000;

/** Milliseconds without a question after which the figures are left to another process. */
const IDLE = 300_000;

/** What is stored, for one process of all that work on the database: so sums over them are right, and one of them counts. */
export interface UsageFigures {
  /** Undefined while another process tells them, and while the database does not answer. */
  current(): Promise<Usage | undefined>;
  /** Leaves them to another process. */
  stop(): Promise<void>;
}

export function createUsageFigures({ collection, coordination }: Ports<"collection" | "coordination">): UsageFigures {
  let lease: Promise<HeldLease | undefined> | undefined;
  let idle: Timer | undefined;
  let counted: { readonly at: number; readonly usage: Promise<Usage> } | undefined;

  const take = async (): Promise<HeldLease | undefined> => {
    const outcome = await holdLease(coordination, "usage");
    return "held" in outcome ? outcome.held : undefined;
  };
  const isOurs = async (): Promise<boolean> => {
    lease ??= take();
    const asked = lease;
    const held = await asked.catch(() => undefined);
    if (held !== undefined && !held.signal.aborted) return true;
    if (lease === asked) lease = undefined;
    return false;
  };
  const stop = async (): Promise<void> => {
    clearTimeout(idle);
    const held = await lease?.catch(() => undefined);
    lease = undefined;
    await held?.release();
  };
  return {
    async current() {
      if (!(await isOurs())) return undefined;
      clearTimeout(idle);
      idle = setTimeout(() => void stop(), IDLE).unref();
      if (counted === undefined || performance.now() - counted.at > LIFETIME) counted = { at: performance.now(), usage: collection.usage() };
      return counted.usage.catch(() => {
        counted = undefined;
        return undefined;
      });
    },
    stop,
  };
}
