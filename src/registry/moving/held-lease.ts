import { databaseTime, lease, releaseLease, takeLease } from "../../storage/sql/coordination.ts";
import type { Connection } from "../../storage/sql/engine/executor.ts";
import type { TableDatabase } from "../../storage/sql/moving/table-database.ts";
import { MovingError } from "./moving-error.ts";

/** Milliseconds that a lease is good for, and between two renewals. After the end of a process the next one waits for that long at most. */
const DURATION = 20_000;
const RENEWAL = 4_000;

/** Milliseconds between two looks whether another process has ended. */
const LOOK = 500;

/** A lease that is renewed until it is given back. */
export interface HeldLease {
  /** Aborts when it could not be renewed in time. */
  readonly lost: AbortSignal;
  /**
   * Looks whether it never was anybody else's, nor nobody's, until this moment of a transaction.
   * @throws Error
   */
  assertHeld(x: Connection): Promise<void>;
  /** Renews it no more, and leaves it as it is. */
  leave(): void;
  /** Gives it back, as far as it is still held. */
  release(): Promise<void>;
}

export interface HoldOptions {
  readonly name: string;
  /** A name that no other process has. */
  readonly holder: string;
  readonly signal: AbortSignal;
  /** Told once when another process has it: it is waited for, since it may have ended. */
  readonly waiting?: ((holder: string) => void) | undefined;
}

/**
 * Takes a lease of a database and keeps it. One that another process has is waited for as long as it would be good without renewal.
 * @throws MovingError when that goes on renewing it
 */
export async function holdLease(tables: TableDatabase, { name, holder, signal, waiting }: HoldOptions): Promise<HeldLease> {
  const giveUpAt = performance.now() + DURATION + 5 * LOOK;
  for (let told = false; ; await Bun.sleep(LOOK)) {
    signal.throwIfAborted();
    const held = await tables.change((x) => takeLease(x, { name, holder, duration: DURATION }));
    if (held.holder === holder) break;
    if (!told) waiting?.(held.holder);
    told = true;
    if (performance.now() > giveUpAt) throw new MovingError("another command works at the same registry, and goes on: wait for its end");
  }
  const controller = new AbortController();
  const assertHeld = async (x: Connection): Promise<void> => {
    const [held, now] = [await lease(x, name), await databaseTime(x)];
    if (held?.holder !== holder || held.until <= now)
      throw new Error(`the lease '${name}' of the metadata database was not renewed in time: run the command again`);
  };
  const renew = async (x: Connection): Promise<void> => {
    await assertHeld(x);
    await takeLease(x, { name, holder, duration: DURATION });
  };
  const timer = setInterval(() => {
    tables.change(renew).catch((error: unknown) => {
      clearInterval(timer);
      controller.abort(error);
    });
  }, RENEWAL);
  return {
    lost: controller.signal,
    assertHeld,
    leave: () => clearInterval(timer),
    async release() {
      clearInterval(timer);
      await tables.change((x) => releaseLease(x, name, holder));
    },
  };
}
