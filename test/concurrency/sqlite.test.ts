import { join } from "node:path";
import { openSqliteStore } from "../../src/storage/sqlite/sqlite-store.ts";
import { concurrencyCases } from "./concurrency-cases.ts";

concurrencyCases({
  name: "sqlite",
  config: async () => ({}),
  open: (server) => openSqliteStore({ path: join(server.dataDir, "metadata.db"), durability: "relaxed" }),
});
