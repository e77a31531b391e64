import { assertCurrent, assertVersion, migrate } from "../sql/migrate.ts";
import type { TableDatabase } from "../sql/moving/table-database.ts";
import { MIGRATIONS } from "../sql/schema/migrations.ts";
import { postgresConnection } from "./connection.ts";
import { storeError } from "./errors.ts";
import { Pool } from "./pool.ts";
import { inTransaction, postgresMigrations } from "./transactor.ts";

export interface PostgresTablesOptions {
  readonly url: string;
  /** Makes the tables as a program with this version of the schema has them. Default: there must be those of this program. */
  readonly create?: { readonly version: number } | undefined;
}

/** A snapshot, a change and the renewal of a lease at once; one more is kept for single questions. */
const CONNECTIONS = 4;

/**
 * Opens a PostgreSQL database as tables. The server gives statements all the time they take.
 * @throws MetadataStoreError
 */
export async function openPostgresTables({ url, create }: PostgresTablesOptions): Promise<TableDatabase> {
  const pool = new Pool({ url, connections: CONNECTIONS });
  const answered = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw storeError(error);
    }
  };
  try {
    await answered(async () => {
      const x = postgresConnection((send) => pool.share(send));
      if (create === undefined) await assertCurrent(x);
      else await migrate(postgresMigrations(pool), { target: create.version });
      await assertVersion(x, create?.version ?? MIGRATIONS.length);
    });
  } catch (error) {
    await pool.close();
    throw error;
  }
  return {
    snapshot: (questions) => answered(() => pool.alone((session) => inTransaction(session, questions, { mode: "ISOLATION LEVEL REPEATABLE READ READ ONLY" }))),
    change: (changes) => answered(() => pool.alone((session) => inTransaction(session, changes))),
    close: () => pool.close(),
  };
}
