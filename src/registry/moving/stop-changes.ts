import { MetadataStoreError } from "../../storage/metadata/error.ts";
import { lease } from "../../storage/sql/coordination.ts";
import type { Connection } from "../../storage/sql/engine/executor.ts";
import { STOP_LEASE } from "../../storage/sql/moving/leases.ts";
import { allowWrites, stopWrites } from "../../storage/sql/moving/stop-writes.ts";
import type { TableDatabase } from "../../storage/sql/moving/table-database.ts";
import { type HeldLease, type HoldOptions, holdLease } from "./held-lease.ts";
import { MovingError } from "./moving-error.ts";

/** When a lease ends that is for good, in Unix milliseconds: the year 9999. */
const FOR_GOOD = 253_402_300_799_000;

/** Times that changes are stopped, while there are always some under way. */
const ATTEMPTS = 10;

/** The word for a source whose content store is also that of its target. */
const SHARED = "shared";

/** A database that takes no changes, whoever asks for them, until this is over or this process has ended. */
export interface StoppedChanges {
  readonly lease: HeldLease;
  /** Has it take no changes ever again, so that none is lost on what is a copy from now on. */
  close(): Promise<void>;
  /** Has it take changes again. */
  reopen(): Promise<void>;
}

export interface StopOptions extends Omit<HoldOptions, "name"> {
  /** It was closed before by a try that was broken off then. */
  readonly resumed: boolean;
  readonly sharesContent: boolean;
}

/**
 * Stops all changes of a database. Those under way are waited for; readers go on.
 * @throws MovingError when it was closed before
 */
export async function stopChanges(tables: TableDatabase, { resumed, sharesContent, ...holding }: StopOptions): Promise<StoppedChanges> {
  await tables.change(async (x) => {
    if (!(await isClosed(x))) return;
    if (!resumed)
      throw new MovingError("the source was moved before and takes no changes since then: start servers on its target, or say `opm migrate --reopen`");
    await setLease(x, holding.holder, 0);
  });
  const held = await holdLease(tables, { ...holding, name: STOP_LEASE });
  const reopen = async (): Promise<void> => {
    await held.release();
    // Without these nothing would be refused either.
    await tables.change(allowWrites).catch(() => undefined);
  };
  try {
    await patiently(() => tables.change(stopWrites));
  } catch (error) {
    await reopen();
    throw error;
  }
  return {
    lease: held,
    reopen,
    async close() {
      await tables.change(async (x) => {
        await held.assertHeld(x);
        await setLease(x, `moved ${sharesContent ? SHARED : ""}`, FOR_GOOD);
      });
      held.leave();
    },
  };
}

async function patiently(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const again = error instanceof MetadataStoreError && (error.reason === "busy" || error.reason === "timeout");
      if (!again || attempt === ATTEMPTS) throw error;
      await Bun.sleep(Math.random() * 500);
    }
  }
}

async function isClosed(x: Connection): Promise<boolean> {
  return ((await lease(x, STOP_LEASE))?.until ?? 0) >= FOR_GOOD;
}

async function setLease(x: Connection, holder: string, until: number): Promise<void> {
  await x.run(`UPDATE lease SET holder = $1, until = $2 WHERE name = '${STOP_LEASE}'`, [holder, until]);
}

/**
 * Has a database that was closed when it was moved take changes again, e.g. since its target is given up.
 * @throws MovingError when it was not closed, or its target has the same content store
 */
export async function reopenChanges(tables: TableDatabase): Promise<void> {
  await tables.change(async (x) => {
    if (!(await isClosed(x))) throw new MovingError("the source is not closed to changes: nothing was done");
    if ((await lease(x, STOP_LEASE))?.holder.endsWith(SHARED)) {
      throw new MovingError(
        "the content store is that of the target since the migration, and of two databases each would remove what the other needs: the source stays closed",
      );
    }
    await x.run(`DELETE FROM lease WHERE name = '${STOP_LEASE}'`);
    await allowWrites(x);
  });
}
