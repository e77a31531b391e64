import { join } from "node:path";
import { isThere } from "../../config/is-there.ts";
import type { OpenedStores } from "../../config/open-stores.ts";
import type { Config } from "../../config/schema.ts";
import { type ConfigOptions, loadConfigFor } from "../options/config.ts";
import { CliError, EXIT } from "../output/exit-code.ts";
import { printNote } from "../output/print.ts";

type Metadata = Pick<OpenedStores, "metadata">;

/** Opens the database that the options name, making it where there is none, whether a server runs over it or not, and closes it after use. */
export async function withStores<T>(options: ConfigOptions, use: (stores: Metadata, config: Config) => Promise<T>): Promise<T> {
  const { config } = await loadConfigFor(options);
  const { openMetadata } = await import("../../config/open-stores.ts");
  return usingMetadata(await openMetadata(config, { create: true, waiting: printNote }), config, use);
}

/** The same for commands that look at what is there: they make nothing, since a data folder that is not there is most likely a slip. */
export async function withExistingStores<T>(options: ConfigOptions, use: (stores: Metadata, config: Config) => Promise<T>): Promise<T> {
  const { config } = await loadConfigFor(options);
  await assertData(config);
  const { openMetadata } = await import("../../config/open-stores.ts");
  return usingMetadata(await openMetadata(config, { create: false }), config, use);
}

/** Opens content and database, both of which must be there, for commands that go over everything. */
export async function withExistingContent<T>(options: ConfigOptions, use: (stores: OpenedStores, config: Config) => Promise<T>): Promise<T> {
  const { config } = await loadConfigFor(options);
  await assertData(config);
  const { openStores } = await import("../../config/open-stores.ts");
  const stores = await openStores(config, { create: false });
  try {
    return await use(stores, config);
  } finally {
    await stores.close();
  }
}

async function usingMetadata<T>(metadata: OpenedStores["metadata"], config: Config, use: (stores: Metadata, config: Config) => Promise<T>): Promise<T> {
  try {
    return await use({ metadata }, config);
  } finally {
    await metadata.close();
  }
}

/** Something of the registry must lie where the configuration says, else the place is most likely a slip. */
export async function assertData({ data, storage: { content, metadata } }: Config): Promise<void> {
  if (metadata.driver !== "sqlite") return;
  if (await isThere(metadata.path ?? join(data, "metadata.db"))) return;
  if (content.driver === "filesystem" && (await isThere(content.path ?? join(data, "content")))) return;
  throw new CliError(EXIT.notFound, `there is no registry data at ${metadata.path ?? data}: name its folder with --data, or its configuration with --config`);
}
