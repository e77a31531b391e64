import { Database } from "bun:sqlite";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "bun";
import { sqliteTransactor } from "../../../sqlite/batch.ts";
import { openWriteConnection, sqliteConnection } from "../../../sqlite/connection.ts";
import { openSqliteStore } from "../../../sqlite/sqlite-store.ts";
import { migrate } from "../../migrate.ts";

import { tell, tellLeftovers } from "./tell.ts";

/** Writes `v<version>.db.gz`, a database of this program, or of an earlier version of its schema. Returns the version. */
export async function writeSqlite(folder: string, earlier: number | undefined): Promise<number> {
  const scratch = mkdtempSync(join(tmpdir(), "opm-fixture-"));
  try {
    const whole = join(scratch, "whole.db");
    const store = await openSqliteStore({ path: whole, durability: "relaxed" });
    await tell(store, earlier ?? current(whole));
    await tellLeftovers(store);
    await store.close();
    const path = earlier === undefined ? whole : join(scratch, "earlier.db");
    const database = openWriteConnection(path);
    const x = sqliteConnection(database);
    if (earlier !== undefined) {
      await migrate(sqliteTransactor(database, x), { target: earlier });
      database.run("PRAGMA foreign_keys = OFF");
      database.run(`ATTACH '${whole}' AS whole`);
      for (const { name } of await x.run<{ name: string }>("SELECT name FROM main.sqlite_master WHERE type = 'table' AND name <> 'schema_migration'")) {
        const columns = (await x.run<{ name: string }>(`SELECT name FROM pragma_table_info('${name}', 'main')`)).map((column) => column.name).join(", ");
        database.run(`DELETE FROM main.${name}`);
        database.run(`INSERT INTO main.${name} (${columns}) SELECT ${columns} FROM whole.${name}`);
      }
      database.run("DETACH whole");
    }
    // With what still lies beside the file.
    const bytes = new Uint8Array(database.serialize());
    database.close();
    const version = current(path);
    writeFileSync(join(folder, `v${version}.db.gz`), gzipSync(bytes, { level: 9 }));
    return version;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The version of a database's schema. */
function current(path: string): number {
  const database = new Database(path, { readonly: true });
  try {
    return database.query<{ version: number }, []>("SELECT MAX(version) AS version FROM schema_migration").get()?.version ?? 0;
  } finally {
    database.close();
  }
}
