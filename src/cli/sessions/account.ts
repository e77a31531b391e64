import { userInfo } from "node:os";
import type { OpenedStores } from "../../config/open-stores.ts";
import type { Config } from "../../config/schema.ts";
import type { Actor } from "../../storage/metadata/records.ts";
import type { AccountOptions } from "../options/account.ts";
import { registryHost } from "../options/client.ts";
import { CliError, EXIT } from "../output/exit-code.ts";
import type { ApiSession } from "./package.ts";
import { withExistingStores, withStores } from "./stores.ts";

/** The two ways to do the same. */
export interface AccountWork<T> {
  /** What is tried, for messages: `add a user`. */
  readonly what: string;
  /** Make the data folder where there is none. */
  readonly create?: boolean;
  readonly here: (stores: Pick<OpenedStores, "metadata">, config: Config) => Promise<T>;
  readonly there: (session: ApiSession, registry: string) => Promise<T>;
}

/**
 * Does the work at the registry that `--registry` names, else on the data folder, whether a server runs over it or not.
 * @throws CliError `invalid` when both are named
 */
export async function atRegistryOrHere<T>(options: AccountOptions, { create, here, ...work }: AccountWork<T>): Promise<T> {
  if (options.registry === undefined) return await (create === true ? withStores : withExistingStores)(options, here);
  return await atRegistry(options, work);
}

/** Does what only a registry can do. @throws CliError `invalid` when a data folder is named as well */
export async function atRegistry<T>(options: AccountOptions, { what, there }: Pick<AccountWork<T>, "what" | "there">): Promise<T> {
  if (options.config !== undefined || options.data !== undefined) {
    throw new CliError(EXIT.invalid, "give either --registry, or --data and --config: both name where the accounts are");
  }
  const registry = await registryHost(options);
  const { withPackageApi } = await import("./package.ts");
  return await withPackageApi(options, { registry, what: `cannot ${what} at ${registry}` }, (session) => there(session, registry));
}

/** Who the audit record names for what is done on the command line: the account of the operating system. */
export function localActor(): Actor {
  return { subject: `cli:${accountName()}` };
}

/** Containers may run under a number that has no name. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "unknown");
  }
}
