import { expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore } from "./sqlite-store.ts";

test("the files of the database are for the registry's account only, in folders made for them", async () => {
  const folder = mkdtempSync(join(tmpdir(), "opm-create-"));
  const path = join(folder, "some", "where", "metadata.db");
  try {
    const store = await openSqliteStore({ path, durability: "full" });
    await store.audit.append([]);
    for (const suffix of ["", "-wal", "-shm"]) expect(statSync(path + suffix).mode & 0o777).toBe(0o600);
    await store.close();
    for (const made of [folder, join(folder, "some"), join(folder, "some", "where")]) expect(statSync(made).mode & 0o777).toBe(0o700);
    chmodSync(path, 0o644);
    const again = await openSqliteStore({ path, durability: "full" });
    await again.check();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await again.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
