import type { MetadataStore } from "../../src/storage/metadata/store.ts";
import { openPostgresStore } from "../../src/storage/postgres/postgres-store.ts";
import { openSqliteStore } from "../../src/storage/sqlite/sqlite-store.ts";

/** @param address the file, or the URL */
export function openStore(driver: string, address: string): Promise<MetadataStore> {
  return driver === "postgres" ? openPostgresStore({ url: address, durability: "full" }) : openSqliteStore({ path: address, durability: "full" });
}
