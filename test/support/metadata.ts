import { join } from "node:path";
import type { MetadataStore } from "../../src/storage/metadata/store.ts";
import { openPostgresStore } from "../../src/storage/postgres/postgres-store.ts";
import { openSqliteStore } from "../../src/storage/sqlite/sqlite-store.ts";
import type { TestServer } from "./server.ts";

/** Where a server stores. */
export type Stored = Pick<TestServer, "dataDir" | "storage">;

/** Opens the metadata of a server, which may be running. */
export async function openMetadata({ dataDir, storage }: Stored): Promise<MetadataStore> {
  const url = storage.OPM_STORAGE_METADATA_URL;
  if (url !== undefined) return await openPostgresStore({ url, durability: "relaxed" });
  return await openSqliteStore({ path: join(dataDir, "metadata.db"), durability: "relaxed" });
}
