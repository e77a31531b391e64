import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ContentStore } from "../storage/content-store.ts";
import type { MetadataStore } from "../storage/metadata-store.ts";
import type { Config } from "./schema.ts";

/** The two stores that a configuration names. */
export interface Stores {
  readonly content: ContentStore;
  readonly metadata: MetadataStore;
  /** Closes both. */
  close(): Promise<void>;
}

/** Opens the stores, creating what is not there yet. Drivers that are not used are not loaded. */
export async function openStores(config: Config): Promise<Stores> {
  const metadata = await openMetadata(config);
  try {
    const content = await openContent(config);
    return {
      content,
      metadata,
      close: async () => {
        await Promise.all([content.close(), metadata.close()]);
      },
    };
  } catch (error) {
    await metadata.close();
    throw error;
  }
}

async function openContent({ data, storage: { content, durability } }: Config): Promise<ContentStore> {
  if (content.driver === "memory") {
    const { openMemoryStore } = await import("../storage/memory/memory-store.ts");
    return openMemoryStore();
  }
  const { openFilesystemStore } = await import("../storage/filesystem/filesystem-store.ts");
  return openFilesystemStore({ path: content.path ?? join(data, "content"), durability });
}

async function openMetadata({ data, storage: { metadata, durability } }: Config): Promise<MetadataStore> {
  if (metadata.driver === "postgres") {
    const { openPostgresStore } = await import("../storage/postgres/postgres-store.ts");
    return openPostgresStore({ url: metadata.url ?? (await readFile(metadata.urlFile ?? "", "utf8")).trim(), durability });
  }
  const { openSqliteStore } = await import("../storage/sqlite/sqlite-store.ts");
  return openSqliteStore({ path: metadata.path ?? join(data, "metadata.db"), durability });
}
