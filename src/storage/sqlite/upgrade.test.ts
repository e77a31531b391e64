import { afterEach, describe } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "bun";
import type { MetadataStore } from "../metadata/store.ts";
import { upgradeCases } from "../sql/testing/upgrade/upgrade-cases.ts";
import { openSqliteStore } from "./sqlite-store.ts";

describe("databases of earlier versions: sqlite", () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  const open = async (file?: Uint8Array): Promise<MetadataStore> => {
    const folder = mkdtempSync(join(tmpdir(), "opm-upgrade-"));
    cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, "metadata.db");
    if (file !== undefined) writeFileSync(path, file);
    const store = await openSqliteStore({ path, durability: "relaxed" });
    cleanups.push(() => store.close());
    return store;
  };
  upgradeCases({ suffix: ".db.gz", upgraded: (fixture) => open(gunzipSync(readFileSync(fixture))), fresh: () => open() });
});
