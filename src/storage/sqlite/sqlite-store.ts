import { stat } from "node:fs/promises";
import { MetadataStoreError } from "../metadata/error.ts";
import type { MetadataStore } from "../metadata/store.ts";
import { bindStore } from "../sql/bind-store.ts";
import { sqliteDialect } from "../sql/engine/dialects.ts";
import { executor, type Run } from "../sql/engine/executor.ts";
import { assertCurrent, type MigrationNews, schemaVersion } from "../sql/migrate.ts";
import { dataVersion, openReadConnection, sqliteRun } from "./connection.ts";
import { createFile } from "./create-file.ts";
import { cacheReads } from "./read-cache.ts";
import { storeError } from "./writer-protocol.ts";
import { WriterThread } from "./writer-thread.ts";

export interface SqliteOptions {
  /** The file; it and its folder are created where needed. Next to it lie `-wal` and `-shm`, which belong to it. */
  readonly path: string;
  /** full: a change is on the disk when its promise resolves. relaxed: it survives the end of the process. */
  readonly durability: "full" | "relaxed";
  /** False: nothing is made or brought up to date where there is no database of this program. Default true. */
  readonly create?: boolean;
  /** Processes that share the memory meant for one; default 1. */
  readonly processes?: number | undefined;
  /** Told while another process holds the database. */
  readonly tell?: ((news: MigrationNews) => void) | undefined;
}

/**
 * Metadata in one SQLite file. Several processes of one machine may have it open; not over a network file system.
 * Questions are answered in the calling thread, without waiting; changes go through a thread of their own.
 * @throws MetadataStoreError `newer-schema`, `busy`; without `create` also `absent`, `older-schema`
 */
export async function openSqliteStore({ path, durability, create = true, processes = 1, tell }: SqliteOptions): Promise<MetadataStore> {
  const ready = create ? createFile(path) : assertDatabase(path);
  const writer = await openWriter({ path, durable: durability === "full", processes, ready, tell: create ? (tell ?? (() => undefined)) : undefined });
  const database = openReadConnection(path, processes);
  const uncached = reportingErrors(sqliteRun(database));
  const cache = cacheReads(uncached, dataVersion(database), processes);
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    database.close();
    await writer.close();
  };
  return bindStore({
    reader: executor(sqliteDialect, (statement, values) => {
      if (closing !== undefined) throw new MetadataStoreError("closed", "the metadata store is closed");
      return cache.run(statement, values);
    }),
    write: async ({ name }, parameters) => {
      try {
        return await writer.call(name, parameters);
      } finally {
        cache.expire();
      }
    },
    check: async () => {
      await schemaVersion(executor(sqliteDialect, uncached));
      await writer.call("ping", []);
    },
    close: () => {
      closing ??= close();
      return closing;
    },
  });
}

interface WriterFile {
  readonly path: string;
  readonly durable: boolean;
  readonly processes: number;
  /** Settles when there is a file to open. */
  readonly ready: Promise<void>;
  /** Undefined: a database that another process holds for long is `busy`. */
  readonly tell: SqliteOptions["tell"];
}

async function openWriter({ path, durable, processes, ready, tell }: WriterFile): Promise<WriterThread> {
  for (const since = performance.now(); ; ) {
    try {
      return await WriterThread.open(path, durable, { processes, ready });
    } catch (error) {
      if (tell === undefined || !(error instanceof MetadataStoreError) || error.reason !== "busy") throw error;
      tell({ seconds: Math.round((performance.now() - since) / 1000) });
    }
  }
}

/**
 * Looks whether there is a database of this program, and makes nothing.
 * @throws MetadataStoreError `absent`, `older-schema`, `newer-schema`
 */
export async function assertDatabase(path: string): Promise<void> {
  const size = await stat(path).then(
    (info) => info.size,
    (error: unknown) => {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return 0;
      throw error;
    },
  );
  if (size === 0) {
    throw new MetadataStoreError("absent", `there is no metadata database at ${path}: name its folder with --data, or restore it from a backup`);
  }
  const database = openReadConnection(path);
  try {
    await assertCurrent(executor(sqliteDialect, reportingErrors(sqliteRun(database))));
  } finally {
    database.close();
  }
}

function reportingErrors(run: Run): Run {
  return (statement, values) => {
    try {
      return run(statement, values);
    } catch (error) {
      throw storeError(error);
    }
  };
}
