import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Stores } from "../registry/registry.ts";
import { claimStores, StoreIdentityError } from "../registry/store-identity.ts";
import type { ContentStore } from "../storage/content-store.ts";
import type { MetadataStore, Ports } from "../storage/metadata/store.ts";
import type { MigrationNews } from "../storage/sql/migrate.ts";
import { FILL_LEASE } from "../storage/sql/moving/leases.ts";
import type { TableDatabase } from "../storage/sql/moving/table-database.ts";
import { isThere } from "./is-there.ts";
import type { Config } from "./schema.ts";

/** The two stores that a configuration names. */
export interface OpenedStores extends Stores {
  readonly metadata: MetadataStore;
  /** Closes both. */
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Makes what is not there yet, brings the database up to date, and has both know each other. False: there must be both. */
  readonly create: boolean;
  /** Takes content and database for each other's, whatever they say. */
  readonly adopt?: boolean | undefined;
  /** Processes of this machine that have them open and share the memory meant for one; default 1. */
  readonly processes?: number | undefined;
  /** Told again and again while the database is brought up to date, by this process or another one. */
  readonly waiting?: ((message: string) => void) | undefined;
}

/**
 * Opens both stores. Drivers that are not used are not loaded.
 * @throws StoreIdentityError when they are made, and content and database are not each other's
 * @throws MetadataStoreError, ContentStoreError `absent` when they are not made
 */
export async function openStores(config: Config, { create, adopt = false, processes, waiting }: OpenOptions): Promise<OpenedStores> {
  const metadata = await openMetadata(config, { create, adopt, processes, waiting });
  try {
    const content = await openContent(config, { create, processes }, metadata);
    const stores: OpenedStores = {
      content,
      metadata,
      close: async () => {
        await Promise.all([content.close(), metadata.close()]);
      },
    };
    if (create) await claim(stores, config, adopt).catch((error: unknown) => closing(content, error));
    return stores;
  } catch (error) {
    return await closing(metadata, error);
  }
}

async function claim(stores: Stores<"coordination" | "collection">, { storage: { content } }: Config, adopt: boolean): Promise<void> {
  try {
    await claimStores(stores, { adopt, ephemeral: content.driver === "memory" });
  } catch (error) {
    throw content.driver === "s3" ? (await import("./bucket.ts")).asBucketError(error) : error;
  }
}

/**
 * Opens the database alone.
 * @throws StoreIdentityError when it would be made beside content that another one knows
 */
export async function openMetadata(config: Config, options: OpenOptions): Promise<MetadataStore> {
  const metadata = await openDatabase(config, options);
  // Whoever only looks does no harm to what is half there.
  if (options.create) await assertWhole(metadata).catch((error: unknown) => closing(metadata, error));
  return metadata;
}

async function assertWhole({ coordination }: MetadataStore): Promise<void> {
  if ((await coordination.lease(FILL_LEASE)) === undefined) return;
  throw new StoreIdentityError(
    "the metadata database is half filled, by an `opm migrate` or `opm backup restore` that was broken off: say that command again, or name another database",
  );
}

async function openDatabase(config: Config, { create, adopt = false, processes, waiting }: OpenOptions): Promise<MetadataStore> {
  const tell = ({ seconds, step }: MigrationNews): void => {
    const waits = "waiting for another process that holds the metadata database, e.g. to bring it up to date";
    waiting?.(`${step === undefined ? waits : `bringing the metadata database up to date, step ${step}`}: ${seconds} s so far`);
  };
  const { data, storage } = config;
  const { metadata, durability } = storage;
  if (metadata.driver === "postgres") {
    const { openPostgresStore } = await import("../storage/postgres/postgres-store.ts");
    return openPostgresStore({ url: await postgresUrl(metadata), connections: metadata.connections, durability, create, tell });
  }
  const path = metadata.path ?? join(data, "metadata.db");
  if (create && !adopt && !(await isThere(path)) && (await holdsContent(config))) {
    throw new StoreIdentityError(
      `there is content in ${contentPath(config)} and no metadata database at ${path}, so nothing was made: restore the database, or start \`opm serve --adopt\` with an empty one`,
    );
  }
  const { openSqliteStore } = await import("../storage/sqlite/sqlite-store.ts");
  return openSqliteStore({ path, durability, create, processes, tell });
}

/**
 * Opens the content store alone.
 * @param metadata where a bucket keeps the state of uploads; undefined: it is known to this process alone, which suffices for content that comes in one go
 * @throws ContentStoreError `absent` when there is none and none is made
 */
export async function openContent(
  config: Config,
  { create, processes }: Pick<OpenOptions, "create" | "processes">,
  metadata?: Ports<"staging" | "coordination">,
): Promise<ContentStore> {
  const { content } = config.storage;
  switch (content.driver) {
    case "memory": {
      const { openMemoryStore } = await import("../storage/memory/memory-store.ts");
      return openMemoryStore();
    }
    case "s3": {
      const { openBucket } = await import("./bucket.ts");
      return openBucket(content, { check: create, processes, metadata });
    }
    case "filesystem":
      return openFolder(config, create, processes);
  }
}

/**
 * Opens the database as tables, for what moves or keeps all of it.
 * @param create makes what is not there, as a program with this version of the schema has it
 * @throws MetadataStoreError
 */
export async function openTables({ data, storage: { metadata } }: Config, create?: { readonly version: number }): Promise<TableDatabase> {
  if (metadata.driver === "postgres") {
    const { openPostgresTables } = await import("../storage/postgres/table-database.ts");
    return openPostgresTables({ url: await postgresUrl(metadata), create });
  }
  const { openSqliteTables } = await import("../storage/sqlite/table-database.ts");
  return openSqliteTables({ path: metadata.path ?? join(data, "metadata.db"), create });
}

async function postgresUrl({ url, urlFile }: Config["storage"]["metadata"]): Promise<string> {
  return url ?? (await readFile(urlFile ?? "", "utf8")).trim();
}

async function openFolder(config: Config, create: boolean, processes?: number): Promise<ContentStore> {
  const { openFilesystemStore } = await import("../storage/filesystem/filesystem-store.ts");
  return openFilesystemStore({ path: contentPath(config), durability: config.storage.durability, create, processes });
}

/** Whether there is a folder with content, or the identity of a database. Makes nothing: a bucket is looked at when both are open. */
async function holdsContent(config: Config): Promise<boolean> {
  if (config.storage.content.driver !== "filesystem" || !(await isThere(join(contentPath(config), "blobs")))) return false;
  const content = await openFolder(config, false);
  try {
    if ((await content.identity()) !== undefined) return true;
    for await (const _ of content.list()) return true;
    return false;
  } finally {
    await content.close();
  }
}

/** The folders where the stores lie, as far as they lie on this machine. */
export function storeFolders(config: Config): { readonly content?: string; readonly metadata?: string } {
  const { data, storage } = config;
  return {
    ...(storage.content.driver === "filesystem" && { content: contentPath(config) }),
    ...(storage.metadata.driver === "sqlite" && { metadata: dirname(storage.metadata.path ?? join(data, "metadata.db")) }),
  };
}

function contentPath({ data, storage }: Config): string {
  return storage.content.path ?? join(data, "content");
}

async function closing(store: { close(): Promise<void> }, error: unknown): Promise<never> {
  await store.close();
  throw error;
}
