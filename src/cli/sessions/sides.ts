import { stat } from "node:fs/promises";
import { asDatabaseError } from "../../config/database-error.ts";
import type { Config } from "../../config/schema.ts";
import type { Side } from "../../registry/moving/target.ts";
import type { TableDatabase } from "../../storage/sql/moving/table-database.ts";
import { assertData } from "./stores.ts";

/**
 * The configuration that is named by its file, or by a data folder alone. Variables of the environment count for neither: they would be the same
 * for both sides.
 */
export async function configOfSide(place: string): Promise<Config> {
  const { loadConfig } = await import("../../config/load.ts");
  const isFolder = await stat(place).then(
    (info) => info.isDirectory(),
    () => !/\.ya?ml$|\.json$/.test(place),
  );
  const named = isFolder ? { file: NO_FILE, flags: { data: place } } : { file: place, flags: {} };
  return (await loadConfig({ ...named, environment: {}, directory: process.cwd() })).config;
}

/** Where no `opm.yaml` of the working folder is to be read. */
const NO_FILE = "/dev/null";

/** Opens a registry that is there, with content and database, to read all of it. */
export async function openSource(config: Config): Promise<Side & { close(): Promise<void> }> {
  await assertData(config);
  return openSide(config, await openDatabase(config), false);
}

/** Opens what a registry is to be made of, making what is not there. */
export async function openTarget(config: Config, version?: number): Promise<Side & { close(): Promise<void> }> {
  const { MIGRATIONS } = await import("../../storage/sql/schema/migrations.ts");
  return openSide(config, await openDatabase(config, { version: version ?? MIGRATIONS.length }), true);
}

/** Opens the database alone. */
export async function openDatabase(config: Config, create?: { readonly version: number }): Promise<TableDatabase> {
  const { openTables } = await import("../../config/open-stores.ts");
  return openTables(config, create).catch((error: unknown) => {
    throw asDatabaseError(config, error);
  });
}

async function openSide(config: Config, tables: TableDatabase, create: boolean): Promise<Side & { close(): Promise<void> }> {
  const { openContent } = await import("../../config/open-stores.ts");
  try {
    const content = await openContent(config, { create });
    return {
      content,
      tables,
      close: async () => {
        await Promise.all([content.close(), tables.close()]);
      },
    };
  } catch (error) {
    await tables.close();
    throw error;
  }
}
