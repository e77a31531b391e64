import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { sqliteTransactor } from "../../sqlite/batch.ts";
import { sqliteConnection } from "../../sqlite/connection.ts";
import { tables } from "../engine/tables.ts";
import { migrate } from "../migrate.ts";
import { CONTENT_TABLE, MOVED_TABLES } from "./handling.ts";
import { stopWrites } from "./stop-writes.ts";

const database = new Database(":memory:", { strict: true });
const x = sqliteConnection(database);
await migrate(sqliteTransactor(database, x));

const names = MOVED_TABLES.map(({ name }) => name);

test("every table of the database goes along, or it is said why not", async () => {
  const there = await x.run<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'");
  // The type of the description has them all.
  expect(there.map(({ name }) => name).sort()).toEqual(Object.keys(tables).sort());
  expect(names.length).toBeGreaterThan(25);
});

test("tables come after those that they refer to, and are read by their primary key", async () => {
  for (const [at, { name, key }] of MOVED_TABLES.entries()) {
    const references = await x.run<{ table: string }>(`PRAGMA foreign_key_list(${name})`);
    expect(references.filter(({ table }) => names.indexOf(table) >= at)).toEqual([]);
    const columns = await x.run<{ name: string; pk: number }>(`PRAGMA table_info(${name})`);
    const primary = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
    expect([name, key]).toEqual([name, primary.map((column) => column.name)]);
  }
});

test("all columns go along, but for the place of content", () => {
  for (const { name, columns } of MOVED_TABLES) {
    const left = Object.keys(tables[name as keyof typeof tables]).filter((column) => !columns.some((each) => each.name === column));
    expect(left.filter((column) => name !== CONTENT_TABLE.name || column !== "location")).toEqual([]);
  }
});

test("while changes are stopped every table refuses rows, but for what readers leave behind", async () => {
  await stopWrites(x);
  await x.run("INSERT INTO lease (name, holder, until) VALUES ('stop changes', 'test', 253402300799000)");
  for (const { name, columns } of MOVED_TABLES) {
    const values = columns.map(({ kind }) => (kind === "bytes" ? "x'00'" : kind === "text" ? "'text'" : "7"));
    const insert = x.run(`INSERT INTO ${name} (${columns.map((column) => column.name).join(", ")}) VALUES (${values.join(", ")})`);
    const refused = insert.then(
      () => "taken",
      (error: Error) => error.message,
    );
    expect([name, await refused]).toEqual([name, ["audit", "secret", "maintenance_run"].includes(name) ? "taken" : "opm: changes are stopped"]);
  }
  await x.run("UPDATE lease SET until = 0");
  await x.run("INSERT INTO media_type (id, name) VALUES (7, 'text')");
});
