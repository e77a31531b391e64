import { expect, test } from "bun:test";
import type { Column } from "../engine/columns.ts";
import { type Prepared, STATEMENTS, type Statement } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import { type FoundColumn, verifyColumns } from "../engine/verify-columns.ts";
// Loads every statement.
import "../migrate.ts";
import "../operations.ts";

/** What a database makes of a statement: the columns that it gives, and how many parameters it takes. */
export interface Described {
  readonly columns: readonly FoundColumn[];
  readonly parameters: number;
}

/** A database with the schema of now. */
export interface DescribedDatabase {
  describe(statement: Prepared): Promise<Described>;
  /** The columns of a table as the database has them. */
  table(name: string): Promise<readonly (FoundColumn & { readonly nullable: boolean })[]>;
  prepared(statement: Statement<unknown, never>): Prepared;
}

/** Begins and ends a part of a transaction: what no database prepares. */
const CONTROL = /^(?:SAVEPOINT|ROLLBACK|RELEASE) /;

/** What every database makes of the statements. */
export function statementCases(open: () => Promise<DescribedDatabase>): void {
  test("every statement is understood, gives the columns that it declares, and takes the parameters that it has", async () => {
    const database = await open();
    const statements = STATEMENTS.all();
    expect(statements.length).toBeGreaterThan(400);
    const problems: string[] = [];
    for (const statement of statements) {
      const prepared = database.prepared(statement);
      if (CONTROL.test(prepared.text)) continue;
      try {
        const { columns, parameters } = await database.describe(prepared);
        verifyColumns(prepared, columns);
        if (parameters !== prepared.places.length) problems.push(`${parameters} parameters, not ${prepared.places.length}: ${prepared.text}`);
      } catch (error) {
        problems.push(`${error}: ${prepared.text}`);
      }
    }
    expect(problems).toEqual([]);
  }, 120_000);

  test.each(Object.entries(tables))("the table %s is as statements take it to be", async (name, columns) => {
    const database = await open();
    const found = (await database.table(name)).map((column) => [column.name, column.kind, column.nullable]);
    const declared = Object.entries<Column<unknown>>(columns).map(([column, { kind, nullable }]) => [column, kind, nullable]);
    expect(found.sort()).toEqual(declared.sort());
  });
}
