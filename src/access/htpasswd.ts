import { readFile, stat } from "node:fs/promises";
import { isAccountName, isReservedName } from "./user-name.ts";

/** Milliseconds between two looks at the file. */
const CHECK_INTERVAL = 1000;
/** Bytes. */
const SIZE_LIMIT = 16 * 1024 * 1024;

const BCRYPT = /^\$2[aby]\$(0[4-9]|1[0-6])\$[./A-Za-z0-9]{53}$/;
const ARGON2 = /^\$argon2(?:id|i|d)\$v=19\$m=\d{1,7},t=\d{1,3},p=\d{1,3}\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+$/;

/** A file of accounts that is read again when it changes. */
export interface Htpasswd {
  /** The password hash of a user, or undefined. Looks at the file at most once a second. */
  find(user: string): Promise<string | undefined>;
  /** Reads the file again, also where nothing tells that it changed. */
  reload(): Promise<void>;
  /** Names of all users. */
  users(): Promise<string[]>;
}

export interface HtpasswdOptions {
  /** Told when a changed file cannot be used; the accounts read before stay. */
  readonly warn: (message: string) => void;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/**
 * Opens an htpasswd file.
 * @throws Error when it cannot be read or a line of it is wrong
 */
export async function openHtpasswd(path: string, options: HtpasswdOptions): Promise<Htpasswd> {
  let version = await versionOf(path);
  let accounts = await readAccounts(path);
  let checkedAt = options.now();

  async function refresh(): Promise<ReadonlyMap<string, string>> {
    if (options.now() - checkedAt < CHECK_INTERVAL) return accounts;
    checkedAt = options.now();
    const current = await versionOf(path);
    if (current === version) return accounts;
    version = current;
    return read();
  }

  async function read(): Promise<ReadonlyMap<string, string>> {
    try {
      accounts = await readAccounts(path);
    } catch (error) {
      options.warn(`${error instanceof Error ? error.message : String(error)}; the accounts read before stay in use`);
    }
    return accounts;
  }

  return {
    find: async (user) => (await refresh()).get(user),
    async reload() {
      version = await versionOf(path);
      await read();
    },
    users: async () => [...(await refresh()).keys()],
  };
}

/** What tells one state of the file from another; empty when it is absent. */
async function versionOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined ? "" : `${found.mtimeMs} ${found.size} ${found.ino}`;
}

async function readAccounts(path: string): Promise<ReadonlyMap<string, string>> {
  let text: string;
  try {
    if ((await stat(path)).size > SIZE_LIMIT) throw new Error(`it is larger than ${SIZE_LIMIT} bytes`);
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new Error(`cannot read the htpasswd file ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  return parseHtpasswd(text, path);
}

/**
 * Parses lines of `user:hash`; empty lines and those that start with `#` are skipped.
 * @throws Error naming the file and the line that is wrong
 */
export function parseHtpasswd(text: string, path: string): ReadonlyMap<string, string> {
  const accounts = new Map<string, string>();
  for (const [index, raw] of text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const problem = addAccount(accounts, line);
    if (problem !== undefined) throw new Error(`${path}, line ${index + 1}: ${problem}`);
  }
  return accounts;
}

function addAccount(accounts: Map<string, string>, line: string): string | undefined {
  const colon = line.indexOf(":");
  const user = line.slice(0, Math.max(colon, 0));
  const hash = line.slice(colon + 1);
  if (isReservedName(user)) return `the user name ${user} is reserved`;
  if (!isAccountName(user)) return "expected user:hash, the user 1 to 64 characters without spaces";
  if (accounts.has(user)) return `the user ${user} is there twice`;
  if (!BCRYPT.test(hash) && !ARGON2.test(hash)) {
    return `the password of ${user} is stored as ${formatOf(hash)}: expected bcrypt of cost 4 to 16 or argon2, e.g. from htpasswd -B`;
  }
  accounts.set(user, hash);
  return undefined;
}

function formatOf(hash: string): string {
  if (hash.startsWith("$apr1$") || hash.startsWith("$1$")) return "MD5";
  if (hash.startsWith("{SHA}")) return "SHA-1";
  if (/^\$[56]\$/.test(hash)) return "SHA crypt";
  if (/^\$(?:2|argon2)/.test(hash)) return "bcrypt or argon2 with wrong or unreasonable parameters";
  return "crypt or plain text";
}
