import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe } from "bun:test";
import { sqliteDialect } from "../sql/engine/dialects.ts";
import { preparedFor } from "../sql/engine/statement.ts";
import { migrate } from "../sql/migrate.ts";
import { statementCases } from "../sql/testing/statement-cases.ts";
import { sqliteTransactor } from "./batch.ts";
import { foundColumns, KINDS, sqliteConnection } from "./connection.ts";

interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  readonly pk: number;
}

describe("statements: sqlite", () => {
  const database = new Database(":memory:", { strict: true });
  beforeAll(() => migrate(sqliteTransactor(database, sqliteConnection(database))));
  afterAll(() => database.close());

  statementCases(async () => ({
    prepared: (statement) => preparedFor(statement, sqliteDialect),
    describe: async ({ text }) => {
      const statement = database.prepare(text);
      const described = { columns: foundColumns(statement), parameters: statement.paramsCount };
      statement.finalize();
      return described;
    },
    table: async (name) =>
      database
        .query<TableColumn, []>(`SELECT name, type, "notnull", pk FROM pragma_table_info('${name}')`)
        .all()
        .map((column) => ({ name: column.name, kind: KINDS[column.type], nullable: column.notnull === 0 && column.pk === 0 })),
  }));
});
