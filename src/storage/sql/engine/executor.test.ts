import { expect, test } from "bun:test";
import { integer, orNull, text } from "./columns.ts";
import { sqliteDialect } from "./dialects.ts";
import { executor, queryOne, type Run } from "./executor.ts";
import { insertion, insertRows } from "./insert-rows.ts";
import { sql } from "./sql.ts";
import { preparedFor, rowsOf } from "./statement.ts";
import { verifyColumns } from "./verify-columns.ts";

// Of tables that are there: the test of all statements may run in the same process.
const TITLE = rowsOf({ id: integer, title: orNull(text) }, () => sql`SELECT id, title FROM manifest WHERE id = ${"id"} AND kind = ${"kind"}`);

test("a driver gets the values in the order of the text, and its rows come back", async () => {
  const asked: unknown[] = [];
  const run: Run = async ({ text: sent }, values) => {
    asked.push([sent, values]);
    return [{ id: 1, title: null }];
  };
  expect(await queryOne(executor(sqliteDialect, run), TITLE, { kind: 0, id: 7 })).toEqual({ id: 1, title: null });
  expect(asked).toEqual([["SELECT id, title FROM manifest WHERE id = (SELECT ?1) AND kind = (SELECT ?2)", [7, 0]]]);
});

test("a text is made once", () => {
  expect(preparedFor(TITLE, sqliteDialect)).toBe(preparedFor(TITLE, sqliteDialect));
});

test("a statement that is sent and fails ends no process: its transaction tells of it", async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  process.on("unhandledRejection", note);
  try {
    executor(sqliteDialect, () => Promise.reject(new Error("undone"))).send(TITLE, { kind: 0, id: 7 });
    await Bun.sleep(0);
    expect(unhandled).toEqual([]);
  } finally {
    process.off("unhandledRejection", note);
  }
});

test("rows are inserted by the hundred", async () => {
  const sizes: number[] = [];
  const run: Run = async (_, values) => {
    sizes.push(values.length);
    return [];
  };
  const insert = insertion("media_type", ["id", "name"]);
  await insertRows(
    executor(sqliteDialect, run),
    insert,
    Array.from({ length: 250 }, (_, id) => ({ id, name: String(id) })),
  );
  expect(sizes).toEqual([200, 200, 100]);
});

test.each([
  [[{ name: "id", kind: "integer" }]],
  [
    [
      { name: "id", kind: "integer" },
      { name: "title", kind: "integer" },
    ],
  ],
  [
    [
      { name: "id", kind: undefined },
      { name: "name", kind: "text" },
    ],
  ],
  [[]],
] as const)("columns that are not those of the type are a fault: %p", (found) => {
  expect(() => verifyColumns(preparedFor(TITLE, sqliteDialect), found)).toThrow("and declares id integer, title text");
});

test("columns of the type pass, in any order, and where the database tells no kind", () => {
  verifyColumns(preparedFor(TITLE, sqliteDialect), [
    { name: "title", kind: undefined },
    { name: "id", kind: "integer" },
  ]);
});
