import { afterAll, beforeAll, describe } from "bun:test";
import { SQL } from "bun";
import { postgresSuite } from "../../../test/support/postgres-suite.ts";
import { postgresDialect, type SqlValue } from "../sql/engine/dialects.ts";
import { preparedFor } from "../sql/engine/statement.ts";
import { migrate } from "../sql/migrate.ts";
import { type Described, statementCases } from "../sql/testing/statement-cases.ts";
import { KINDS } from "./connection.ts";
import { Pool } from "./pool.ts";
import { postgresTransactor } from "./transactor.ts";

/** A value that a parameter of each type takes, and that means nothing: the text is a JSON array. */
const SAMPLES: Readonly<Record<string, SqlValue>> = { bigint: 0, integer: 0, smallint: 0, text: "[]", bytea: new Uint8Array() };

/** Ends the transaction in which a statement was run, so that nothing of it stays. */
class Undone extends Error {}

postgresSuite((database) => {
  describe("statements: postgres", () => {
    let pool: SQL;
    beforeAll(async () => {
      const url = await database();
      pool = new SQL({ url, adapter: "postgres", max: 1, connection: { client_min_messages: "warning" } });
      await using migrating = new Pool({ url, connections: 1 });
      await migrate(postgresTransactor(migrating));
    });
    afterAll(() => pool.close({ timeout: 0 }));

    statementCases(async () => ({
      prepared: (statement) => preparedFor(statement, postgresDialect),
      describe: async ({ text, columns: declared }) => {
        let described: Described | undefined;
        const undone = pool.begin(async (connection) => {
          await connection.unsafe(`PREPARE described AS ${text}`);
          const [{ types }] = await connection.unsafe("SELECT parameter_types::text[] AS types FROM pg_prepared_statements WHERE name = 'described'");
          await connection.unsafe("DEALLOCATE described");
          // Only of what gives rows are there columns. The rows that a sample refers to are not there.
          await connection.unsafe("SET LOCAL session_replication_role = replica");
          const samples = types.map((type: string) => SAMPLES[type] ?? null);
          const result = Object.keys(declared).length === 0 ? {} : await connection.unsafe(text, samples);
          const columns: readonly { name: string; type: number }[] = result.columns ?? [];
          described = { columns: columns.map(({ name, type }) => ({ name, kind: KINDS[type] })), parameters: types.length };
          throw new Undone();
        });
        await undone.catch((error: unknown) => {
          if (!(error instanceof Undone)) throw error;
        });
        if (described === undefined) throw new Error("the statement was not described");
        return described;
      },
      table: async (name) => {
        const columns = await pool.unsafe(
          `SELECT attname AS name, atttypid::int AS type, NOT attnotnull AS nullable FROM pg_attribute
            WHERE attrelid = to_regclass('${name}') AND attnum > 0 AND NOT attisdropped`,
        );
        return columns.map((column: { name: string; type: number; nullable: boolean }) => ({
          name: column.name,
          kind: KINDS[column.type],
          nullable: column.nullable,
        }));
      },
    }));
  });
});
