import { join } from "node:path";
import { asDatabaseError } from "../../config/database-error.ts";
import { isThere } from "../../config/is-there.ts";
import type { Config } from "../../config/schema.ts";

/**
 * Asks the database that the configuration names, which may be new or of an earlier version. Makes and changes nothing.
 * @throws SettingError
 */
export async function checkDatabase(config: Config): Promise<string> {
  const { metadata } = config.storage;
  if (metadata.driver === "sqlite") {
    const path = metadata.path ?? join(config.data, "metadata.db");
    if (!(await isThere(path))) return `${path} is not there yet: opm serve makes it`;
  }
  const { openMetadata } = await import("../../config/open-stores.ts");
  try {
    const store = await openMetadata(config, { create: false });
    await store.close();
    return "the metadata database answers";
  } catch (error) {
    if (error instanceof Error && "reason" in error) {
      if (error.reason === "absent" && metadata.driver === "postgres" && !("cause" in error && error.cause !== undefined)) {
        return "the metadata database answers and is empty: opm serve sets it up";
      }
      if (error.reason === "older-schema") return "the metadata database answers and is of an earlier version: opm serve brings it up to date";
    }
    throw asDatabaseError(config, error);
  }
}
