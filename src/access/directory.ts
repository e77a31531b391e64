import type { AccountStore } from "../storage/metadata/accounts.ts";
import type { Millis } from "../storage/metadata/records.ts";
import type { Htpasswd } from "./htpasswd.ts";
import { createLru } from "./lru.ts";
import { isAccountName } from "./user-name.ts";

/** A user as it is known right now. */
export interface Account {
  readonly name: string;
  readonly groups: readonly string[];
  readonly passwordHash: string;
  /** When the password became what it is; undefined for accounts of an htpasswd file. */
  readonly passwordSince: Millis | undefined;
}

/** An account as administrators and its user see it. */
export interface AccountDescription {
  readonly name: string;
  /** Those of the account, and those of the configuration. */
  readonly groups: readonly string[];
  readonly source: "accounts" | "htpasswd";
  readonly disabled: boolean;
}

/** All accounts: those of the metadata store first, then those of an htpasswd file. */
export interface Directory {
  /** The account of this name that somebody may log in to, at most `LOOKUP_TIME` old. */
  find(name: string): Promise<Account | undefined>;
  /** Whatever account there is of this name, as it is now. */
  describe(name: string): Promise<AccountDescription | undefined>;
}

export interface DirectoryOptions {
  readonly accounts: AccountStore;
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

  /** Asks each source in turn: a disabled account, too, hides one of the same name in the htpasswd file. */
  async function load(name: string): Promise<(Account & AccountDescription) | undefined> {
    const configured = groupsOf.get(name) ?? [];
    const user = await options.accounts.user(name);
    if (user !== undefined) {
      const { passwordHash, passwordChangedAt, createdAt, disabledAt } = user;
      const groups = [...new Set([...user.groups, ...configured])];
      return { name, groups, passwordHash, passwordSince: passwordChangedAt ?? createdAt, source: "accounts", disabled: disabledAt !== undefined };
    }
    const passwordHash = await options.htpasswd?.find(name);
    if (passwordHash === undefined) return undefined;
    return { name, groups: configured, passwordHash, passwordSince: undefined, source: "htpasswd", disabled: false };
  }

  return {
    async find(name) {
      if (!isAccountName(name)) return undefined;
      const known = recent.get(name);
      const now = options.now();
      if (known !== undefined && Math.abs(now - known.at) < LOOKUP_TIME) return known.account;
      const found = await load(name);
      const account = found?.disabled === true ? undefined : found;
      recent.set(name, { account, at: now });
      return account;
    },
    async describe(name) {
      if (!isAccountName(name)) return undefined;
      const found = await load(name);
      return found && { name, groups: found.groups, source: found.source, disabled: found.disabled };
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
