import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AccountStore } from "../../storage/metadata/accounts.ts";
import type { AuditEntry } from "../../storage/metadata/audit.ts";
import type { DeclaredCatalog } from "../../storage/metadata/catalog/definitions.ts";
import { openMemoryMetadata } from "../../storage/sqlite/testing/memory-database.ts";
import { type Access, type AccessOptions, createAccess } from "../access.ts";
import { createDirectory } from "../directory.ts";
import type { Grant } from "../grant.ts";
import { createToken, type NewToken } from "../tokens.ts";
import { createUser } from "../users.ts";

export const CLIENT = { remote: "192.0.2.1", requestId: "r1" };
export const ACTOR = { subject: "root" };

/** Access control over a real metadata store and a clock that the test moves. */
export interface Fixture {
  readonly access: Access;
  readonly accounts: AccountStore;
  /** What the audit record has of log-ins, oldest first. */
  logins(): Promise<AuditEntry[]>;
  /** Look-ups of users and tokens so far. */
  lookups(): number;
  /** Notes of the use of tokens so far. */
  readonly touches: readonly { readonly id: string; readonly at: number }[];
  readonly data: string;
  readonly warnings: string[];
  readonly now: () => number;
  advance(millis: number): void;
  addUser(name: string, password: string, groups?: readonly string[]): Promise<void>;
  /** Creates an access token and returns its text. */
  addToken(token: Partial<NewToken> & { readonly user: string }): Promise<{ readonly id: string; readonly text: string }>;
  /** The same accounts and data folder under other settings. */
  reopen(options: Partial<AccessOptions>, grants?: readonly Grant[]): Promise<Access>;
  close(): Promise<void>;
}

export async function openFixture(grants: readonly Grant[] | undefined, options: Partial<AccessOptions> = {}): Promise<Fixture> {
  const data = await mkdtemp(join(tmpdir(), "access-"));
  const store = await openMemoryMetadata();
  let lookups = 0;
  const touches: { id: string; at: number }[] = [];
  const accounts: AccountStore = {
    ...store.accounts,
    user(name) {
      lookups++;
      return store.accounts.user(name);
    },
    token(id) {
      lookups++;
      return store.accounts.token(id);
    },
    touchToken: async (id, at) => void touches.push({ id, at }),
  };
  const warnings: string[] = [];
  let time = Date.UTC(2026, 0, 1);
  const now = () => time;
  const open = (changed: Partial<AccessOptions>, changedGrants = grants) =>
    createAccess({
      metadata: { accounts, audit: store.audit },
      data,
      loginFailures: 5,
      now,
      // Whatever a test changes, it lets time pass before it looks.
      declared: { current: () => NOTHING, rights: now },
      warn: (message) => void warnings.push(message),
      settings: { grants: changedGrants, groups: {}, tokenLifetime: 300_000 },
      ...changed,
    });
  return {
    access: await open(options),
    accounts,
    lookups: () => lookups,
    touches,
    logins: async () => (await store.audit.list({ limit: 100 })).filter(({ action }) => action.startsWith("login.")).reverse(),
    data,
    warnings,
    now,
    advance(millis) {
      time += millis;
    },
    addUser: (name, password, groups = []) => createUser(accounts, { name, password, groups }, ACTOR, time),
    addToken: (token) => createToken({ accounts, account: accountsOf(accounts) }, { description: "", scopes: [], expiresAt: undefined, ...token }, ACTOR, time),
    reopen: open,
    async close() {
      await store.close();
      await rm(data, { recursive: true, force: true });
    },
  };
}

const NOTHING: DeclaredCatalog = { revision: 0, namespaces: [], projects: [], repositories: [], grants: [], types: [] };

/** The accounts of the store alone. */
export function accountsOf(accounts: AccountStore) {
  return createDirectory({ accounts, groups: {}, now: Date.now }).describe;
}

export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

/** The error that a promise is rejected with, or that a function throws. */
export async function failure(action: Promise<unknown> | (() => unknown)): Promise<unknown> {
  try {
    await (typeof action === "function" ? action() : action);
  } catch (error) {
    return error;
  }
  throw new Error("expected a failure");
}
