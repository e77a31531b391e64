import { access } from "node:fs/promises";
import type { Stores } from "../config/open-stores.ts";
import type { Config } from "../config/schema.ts";
import { type ConfigOptions, loadConfigFor } from "./config-options.ts";
import { CliError, EXIT } from "./exit-code.ts";

/** Opens the stores that the options name, whether a server runs over them or not, and closes them after use. */
export async function withStores<T>(options: ConfigOptions, use: (stores: Stores, config: Config) => Promise<T>): Promise<T> {
  const { config } = await loadConfigFor(options);
  const { openStores } = await import("../config/open-stores.ts");
  const stores = await openStores(config);
  try {
    return await use(stores, config);
  } finally {
    await stores.close();
  }
}

/** The same for commands that look at what is there: a data folder that is not there is most likely a slip. */
export async function withExistingStores<T>(options: ConfigOptions, use: (stores: Stores, config: Config) => Promise<T>): Promise<T> {
  const { config } = await loadConfigFor(options);
  const { content, metadata } = config.storage;
  const needed = metadata.driver === "sqlite" ? (metadata.path ?? config.data) : content.driver === "filesystem" ? (content.path ?? config.data) : undefined;
  if (needed !== undefined) {
    await access(needed).catch((cause: unknown) => {
      throw new CliError(EXIT.notFound, `there is no registry data at ${needed}: name its folder with --data, or its configuration with --config`, { cause });
    });
  }
  return withStores(options, use);
}
