import type { MigrationDatabase } from "../sql/apply-step.ts";
import { postgresDialect } from "../sql/engine/dialects.ts";
import type { Connection, Transactor } from "../sql/engine/executor.ts";
import { postgresConnection, type Use } from "./connection.ts";
import { isLockTimeout, isTransient } from "./errors.ts";
import type { Pool } from "./pool.ts";
import type { Session } from "./session.ts";

/** Times that a transaction is tried. Between them lies a random time of at most `PAUSE` ms, doubled each time. */
const ATTEMPTS = 8;
const PAUSE = 10;

export interface PostgresTransactor extends Transactor {
  /** @param relaxed what it changes may be lost with the power */
  transaction<T>(work: (x: Connection) => Promise<T>, relaxed?: boolean): Promise<T>;
}

/** Runs functions in transactions; again when a transaction lost against another one. */
export function postgresTransactor(pool: Pool): PostgresTransactor {
  return {
    dialect: postgresDialect,
    async transaction(work, relaxed = false) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await pool.alone((session) => inTransaction(session, work, { relaxed }));
        } catch (error) {
          if (!isTransient(error) || attempt === ATTEMPTS) throw error;
          await Bun.sleep(Math.random() * PAUSE * 2 ** attempt);
        }
      }
    },
  };
}

/** For migrations, on a pool of at least three connections without limits. */
export function postgresMigrations(pool: Pool): MigrationDatabase {
  return { ...postgresTransactor(pool), outside: postgresConnection((send) => pool.share(send)), missedLock: isLockTimeout };
}

interface TransactionOptions {
  /** What it changes may be lost with the power. */
  readonly relaxed?: boolean;
  /** What kind of transaction it is, as BEGIN has it. */
  readonly mode?: "" | "ISOLATION LEVEL REPEATABLE READ READ ONLY";
}

/** BEGIN goes with the first statement, COMMIT with the last ones of which nobody awaits an answer, or with what is said to be the last. */
export async function inTransaction<T>(
  session: Session,
  work: (x: Connection) => Promise<T>,
  { relaxed = false, mode = "" }: TransactionOptions = {},
): Promise<T> {
  // All that follows the first failure fails because of it.
  let failure: { readonly error: unknown } | undefined;
  let [begun, over] = [false, false];
  const noted = <R>(answer: Promise<R>): Promise<R> => {
    answer.catch((error: unknown) => {
      failure ??= { error };
    });
    return answer;
  };
  const use: Use = (send) => {
    if (over) return Promise.reject(new Error("a statement came after the end of its transaction"));
    if (!begun) {
      begun = true;
      void noted(session.send(`BEGIN ${mode}`.trimEnd(), []));
      if (relaxed) void noted(session.send("SET LOCAL synchronous_commit = off", []));
    }
    return noted(send(session));
  };
  const commit = async (): Promise<void> => {
    begun = false;
    const { command } = await noted(session.send("COMMIT", []));
    if (failure !== undefined || command !== "COMMIT") throw new Error("the metadata database undid a transaction and gave no reason");
  };
  const useLast: Use = async (send) => {
    const [answer] = await Promise.all([use(send), commit()]);
    return answer;
  };
  try {
    const value = await work(postgresConnection(use, { useLast }));
    over = true;
    if (begun) await commit();
    return value;
  } catch (error) {
    over = true;
    if (begun) await session.send("ROLLBACK", []).catch(() => undefined);
    throw failure === undefined ? error : failure.error;
  }
}
