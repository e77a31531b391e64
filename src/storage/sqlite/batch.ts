import type { Database } from "bun:sqlite";
import type { Connection, Transactor } from "../sql/engine/executor.ts";
import { isBusy } from "./connection.ts";

/** One call: what it does, and whether it may be lost with the power. */
export interface BatchCall {
  readonly relaxed: boolean;
  run(x: Connection): Promise<unknown>;
}

export type BatchOutcome = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown };

/** Times that a transaction is begun again when another process holds the lock for longer than the busy timeout. */
const BEGIN_ATTEMPTS = 4;

/**
 * Group commit: runs all calls in one transaction, hence with one wait for the disk. Each is undone on its own when it
 * fails. Outcomes are those after the commit; when that fails, every call failed with its error.
 * @param durable false when no call needs to survive the loss of power
 */
export async function runBatch(database: Database, x: Connection, calls: readonly BatchCall[], durable: boolean): Promise<BatchOutcome[]> {
  const full = durable && calls.some((call) => !call.relaxed);
  try {
    // NORMAL leaves the commit in the log unsynced; the next FULL commit, or checkpoint, syncs it as well.
    database.run(`PRAGMA synchronous = ${full ? "FULL" : "NORMAL"}`);
    begin(database);
    const outcomes: BatchOutcome[] = [];
    for (const call of calls) outcomes.push(await runCall(database, x, call));
    database.run("COMMIT");
    return outcomes;
  } catch (error) {
    if (database.inTransaction) database.run("ROLLBACK");
    return calls.map(() => ({ ok: false, error }));
  }
}

async function runCall(database: Database, x: Connection, call: BatchCall): Promise<BatchOutcome> {
  database.run("SAVEPOINT call");
  try {
    const value = await call.run(x);
    database.run("RELEASE call");
    return { ok: true, value };
  } catch (error) {
    // A full disk may have ended the whole transaction.
    if (!database.inTransaction) throw error;
    database.run("ROLLBACK TO call");
    database.run("RELEASE call");
    return { ok: false, error };
  }
}

function begin(database: Database): void {
  for (let attempt = 1; ; attempt++) {
    try {
      database.run("BEGIN IMMEDIATE");
      return;
    } catch (error) {
      if (!isBusy(error) || attempt === BEGIN_ATTEMPTS) throw error;
    }
  }
}

/** For the migrations: one function a transaction. */
export function sqliteTransactor(database: Database, x: Connection): Transactor {
  return {
    dialect: x.dialect,
    async transaction<T>(work: (x: Connection) => Promise<T>): Promise<T> {
      let result: { value: T } | undefined;
      const call: BatchCall = {
        relaxed: false,
        run: async (inner) => {
          result = { value: await work(inner) };
        },
      };
      const [outcome] = await runBatch(database, x, [call], true);
      if (outcome?.ok && result !== undefined) return result.value;
      throw outcome?.ok === false ? outcome.error : new Error("the transaction had no outcome");
    },
  };
}
