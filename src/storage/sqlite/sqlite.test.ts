import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { metadataStoreSuite } from "../metadata/store.suite.ts";
import { openSqliteStore } from "./sqlite-store.ts";

metadataStoreSuite("sqlite", async () => {
  const folder = await mkdtemp(join(tmpdir(), "opm-sqlite-"));
  const store = await openSqliteStore({ path: join(folder, "metadata.db"), durability: "relaxed" });
  return {
    store,
    close: async () => {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
});
