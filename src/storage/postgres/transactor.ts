import type { SQL } from "bun";
import { postgresDialect } from "../sql/engine/dialects.ts";
import type { Connection, Transactor } from "../sql/engine/executor.ts";
import { postgresConnection } from "./connection.ts";
import { isTransient } from "./errors.ts";

/** Times that a transaction is tried. Between them lies a random time of at most `PAUSE` ms, doubled each time. */
const ATTEMPTS = 8;
const PAUSE = 10;

/** Runs functions in transactions; again when a transaction lost against another one. */
export function postgresTransactor(pool: SQL): Transactor {
  return {
    dialect: postgresDialect,
    async transaction<T>(work: (x: Connection) => Promise<T>): Promise<T> {
      for (let attempt = 1; ; attempt++) {
        try {
          const { value } = await pool.begin(async (connection) => ({ value: await work(postgresConnection(connection)) }));
          return value;
        } catch (error) {
          if (!isTransient(error) || attempt === ATTEMPTS) throw error;
          await Bun.sleep(Math.random() * PAUSE * 2 ** attempt);
        }
      }
    },
  };
}
