import type { MetadataReader, Millis } from "../storage/metadata-store.ts";
import type { Htpasswd } from "./htpasswd.ts";
import { createLru } from "./lru.ts";
import { isAccountName } from "./user-name.ts";

/** A user as it is known right now. */
export interface Account {
  readonly name: string;
  readonly groups: readonly string[];
  readonly passwordHash: string;
  /** undefined for accounts of an htpasswd file. */
  readonly createdAt: Millis | undefined;
}

/** All accounts: those of the metadata store first, then those of an htpasswd file. */
export interface Directory {
  /** The account of this name, at most `LOOKUP_TIME` old. */
  find(name: string): Promise<Account | undefined>;
}

export interface DirectoryOptions {
  readonly metadata: Pick<MetadataReader, "user">;
  readonly htpasswd?: Htpasswd | undefined;
  /** Groups of the configuration: name and users. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  readonly now: () => number;
}

/**
 * Milliseconds for which a look-up is not repeated. So short that a removal works at once for people and scripts, and
 * long enough to take the store out of the way of thousands of requests a second.
 */
export const LOOKUP_TIME = 50;

const CACHE_SIZE = 1000;

export function createDirectory(options: DirectoryOptions): Directory {
  const groupsOf = groupsByUser(options.groups);
  const recent = createLru<{ readonly account: Account | undefined; readonly at: number }>(CACHE_SIZE);

  async function load(name: string): Promise<Account | undefined> {
    const configured = groupsOf.get(name) ?? [];
    const user = await options.metadata.user(name);
    if (user !== undefined) {
      return { name, groups: [...new Set([...user.groups, ...configured])], passwordHash: user.passwordHash, createdAt: user.createdAt };
    }
    const passwordHash = await options.htpasswd?.find(name);
    return passwordHash === undefined ? undefined : { name, groups: configured, passwordHash, createdAt: undefined };
  }

  return {
    async find(name) {
      if (!isAccountName(name)) return undefined;
      const known = recent.get(name);
      const now = options.now();
      if (known !== undefined && Math.abs(now - known.at) < LOOKUP_TIME) return known.account;
      const account = await load(name);
      recent.set(name, { account, at: now });
      return account;
    },
  };
}

function groupsByUser(groups: Readonly<Record<string, readonly string[]>>): ReadonlyMap<string, readonly string[]> {
  const byUser = new Map<string, string[]>();
  for (const [group, users] of Object.entries(groups)) {
    for (const user of users) byUser.set(user, [...(byUser.get(user) ?? []), group]);
  }
  return byUser;
}
