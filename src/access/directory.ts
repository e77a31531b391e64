import type { AccountStore, UserWithPassword } from "../storage/metadata/accounts.ts";
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
  /** The account of this name that somebody may log in to, as it was when rights last changed. */
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
  /** The revision of rights that the request goes by: what was looked up stays good until it moves. Without it nothing is kept. */
  readonly rights?: (() => number) | undefined;
}

/** Milliseconds after which a look-up is repeated even where no change was told: e.g. a database that was put back from a backup. */
export const LOOKUP_TIME = 1000;

const CACHE_SIZE = 1000;

interface Found {
  readonly user: UserWithPassword | undefined;
  readonly rights: number;
  readonly at: Millis;
  /** Made of it: one object for as long as it says the same. */
  account?: Account & AccountDescription;
}

export function createDirectory(options: DirectoryOptions): Directory {
  const groupsOf = groupsByUser(options.groups);
  const recent = createLru<Found>(CACHE_SIZE);

  async function stored(name: string): Promise<Found> {
    // Before the look-up: a change during it must not be taken for known.
    const rights = options.rights?.() ?? Number.NaN;
    const at = options.now();
    const known = recent.get(name);
    if (known !== undefined && known.rights === rights && Math.abs(at - known.at) < LOOKUP_TIME) return known;
    const found: Found = { user: await options.accounts.user(name), rights, at };
    recent.set(name, found);
    return found;
  }

  /** Asks each source in turn: a disabled account, too, hides one of the same name in the htpasswd file. */
  async function accountOf(name: string, found: Found): Promise<(Account & AccountDescription) | undefined> {
    const passwordHash = found.user === undefined ? await options.htpasswd?.find(name) : found.user.passwordHash;
    if (passwordHash === undefined) return undefined;
    if (found.account?.passwordHash !== passwordHash) found.account = made(name, passwordHash, found.user);
    return found.account;
  }

  function made(name: string, passwordHash: string, user: UserWithPassword | undefined): Account & AccountDescription {
    const configured = groupsOf.get(name) ?? [];
    if (user !== undefined) {
      const { passwordChangedAt, createdAt, disabledAt } = user;
      const groups = [...new Set([...user.groups, ...configured])];
      return { name, groups, passwordHash, passwordSince: passwordChangedAt ?? createdAt, source: "accounts", disabled: disabledAt !== undefined };
    }
    return { name, groups: configured, passwordHash, passwordSince: undefined, source: "htpasswd", disabled: false };
  }

  return {
    async find(name) {
      if (!isAccountName(name)) return undefined;
      const account = await accountOf(name, await stored(name));
      return account?.disabled === true ? undefined : account;
    },
    async describe(name) {
      if (!isAccountName(name)) return undefined;
      const found = await accountOf(name, { user: await options.accounts.user(name), rights: Number.NaN, at: 0 });
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
