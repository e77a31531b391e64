import type { Coordination } from "./metadata/coordination.ts";
import { MetadataStoreError } from "./metadata/error.ts";
import type { Millis } from "./metadata/records.ts";

/** Milliseconds between two looks at the database's clock, from which difference on an operator should know, and from which on one of the two is broken. */
const INTERVAL = 30_000;
const NOTEWORTHY = 10_000;
const BROKEN = 24 * 3_600_000;

/** Looks of which the quickest is taken: it bounds the error best. */
const LOOKS = 3;

export interface DatabaseClock {
  /** The database's time. Never waits. */
  readonly now: () => Millis;
  stop(): void;
}

export interface ClockOptions {
  readonly warn?: (message: string) => void;
  /** Milliseconds between two looks. */
  readonly interval?: number;
  /** This machine's clock; for tests. */
  readonly wall?: () => Millis;
}

interface Reading {
  readonly database: Millis;
  readonly wall: Millis;
  /** Milliseconds of a clock that nobody sets. */
  readonly steady: number;
}

/**
 * The clock that all nodes share over one database: leases, sessions and expiry are told apart by it, so that a node whose own
 * clock is late or fast does no harm. Between two looks the time goes on with this machine's steady clock; where the wall clock went
 * further, as after a suspension, with that: a lease that ends too early is safe, one that is taken for valid is not.
 * @throws MetadataStoreError `clock` where the two are more than a day apart: whichever is wrong, what is stored then would have wrong times for good
 */
export async function openDatabaseClock(coordination: Coordination, options: ClockOptions = {}): Promise<DatabaseClock> {
  const { warn = () => undefined, interval = INTERVAL, wall = Date.now } = options;
  let reading = await look(coordination, wall);
  const apart = reading.wall - reading.database;
  const difference = `the clock of this machine is ${Math.round(Math.abs(apart) / 1000)} s ${apart < 0 ? "behind" : "ahead of"} that of the database`;
  if (Math.abs(apart) > BROKEN) throw new MetadataStoreError("clock", `${difference}: set the one that is wrong`);
  if (Math.abs(apart) > NOTEWORTHY) warn(`${difference}, which counts: set it`);
  const timer = setInterval(() => {
    look(coordination, wall).then(
      (next) => {
        reading = next;
      },
      // The database does not answer, which whoever asks it is told; the reading before stays good for long.
      () => undefined,
    );
  }, interval);
  timer.unref();
  return {
    now: () => Math.round(reading.database + Math.max(performance.now() - reading.steady, wall() - reading.wall)),
    stop: () => clearInterval(timer),
  };
}

async function look(coordination: Coordination, wall: () => Millis): Promise<Reading> {
  let best: { readonly reading: Reading; readonly took: number } | undefined;
  for (let n = 0; n < LOOKS; n++) {
    const asked = performance.now();
    const database = await coordination.time();
    const steady = performance.now();
    const took = steady - asked;
    if (best === undefined || took < best.took) best = { took, reading: { database: database + took / 2, wall: wall(), steady } };
  }
  if (best === undefined) throw new Error("the metadata database was not asked for its time");
  return best.reading;
}
