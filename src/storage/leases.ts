import { hostname } from "node:os";
import type { Coordination, Lease } from "./metadata/coordination.ts";
import type { Millis } from "./metadata/records.ts";

/** Milliseconds that a lease lasts unless it is renewed: as long as others wait for a process that was killed. */
const DURATION = 45_000;

/** Milliseconds after which who did not get a lease asks again: with `DURATION` a dead holder is followed within a minute. */
export const LEASE_RETRY = 15_000;

/** A lease while this process has it. */
export interface HeldLease {
  /** Aborted when the lease could not be renewed in time, or is somebody else's: work under it has to stop. */
  readonly signal: AbortSignal;
  /** Gives it back, so that nobody waits for its end. */
  release(): Promise<void>;
}

export interface LeaseOptions {
  /** By a name that no other process has. */
  readonly holder?: string;
  readonly duration?: Millis;
  /** Milliseconds between two renewals. */
  readonly interval?: number;
}

type LeasePort = Pick<Coordination, "takeLease" | "releaseLease">;

/** This process for others: where it runs, and what nobody else has. */
const PROCESS = `${hostname()}/${process.pid}/${crypto.randomUUID().slice(0, 8)}`;

/**
 * Takes a lease and renews it in the background until it is given back.
 * @returns the lease of whoever has it instead, when it is not free
 */
export async function holdLease(
  coordination: LeasePort,
  name: string,
  options: LeaseOptions = {},
): Promise<{ readonly held: HeldLease } | { readonly other: Lease }> {
  const { holder = PROCESS, duration = DURATION, interval = duration / 3 } = options;
  const lost = new AbortController();
  let end: Timer | undefined;
  const ask = async (): Promise<Lease> => {
    // Counted from before the question: this process gives up before the database lets others have it.
    const over = performance.now() + duration;
    const lease = await coordination.takeLease({ name, holder, duration });
    clearTimeout(end);
    if (lease.holder !== holder) lost.abort();
    else end = setTimeout(() => lost.abort(), over - performance.now()).unref();
    return lease;
  };
  const lease = await ask();
  if (lost.signal.aborted) return { other: lease };
  let asking: Promise<unknown> = Promise.resolve();
  // A renewal that fails is tried again; when none succeeds the lease ends.
  const renewal = setInterval(() => {
    asking = ask().catch(() => undefined);
  }, interval).unref();
  lost.signal.addEventListener("abort", () => clearInterval(renewal));
  const release = async (): Promise<void> => {
    clearInterval(renewal);
    await asking;
    clearTimeout(end);
    // Who cannot give it back lets it end.
    await coordination.releaseLease(name, holder).catch(() => undefined);
  };
  return { held: { signal: lost.signal, release } };
}

/**
 * Does work while no other process does it.
 * @param work stops soon after the signal is aborted
 * @returns what the work gave, or the lease of who is at it
 */
export async function underLease<T>(
  coordination: LeasePort,
  name: string,
  work: (signal: AbortSignal) => Promise<T>,
  options?: LeaseOptions,
): Promise<{ readonly done: T } | { readonly other: Lease }> {
  const lease = await holdLease(coordination, name, options);
  if ("other" in lease) return lease;
  const { signal, release } = lease.held;
  try {
    return { done: await work(signal) };
  } finally {
    await release();
  }
}
