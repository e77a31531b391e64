import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Access, type AccessOptions, createAccess } from "../access.ts";
import { createDirectory } from "../directory.ts";
import type { Grant } from "../grant.ts";
import { createToken, type NewToken } from "../tokens.ts";
import { createUser } from "../users.ts";
import { createMemoryMetadata, type MemoryMetadata } from "./memory-metadata.ts";

export const CLIENT = { remote: "192.0.2.1", requestId: "r1" };
export const ACTOR = { subject: "root" };

/** Access control over a store in memory and a clock that the test moves. */
export interface Fixture {
  readonly access: Access;
  readonly metadata: MemoryMetadata;
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
  const metadata = createMemoryMetadata();
  const warnings: string[] = [];
  let time = Date.UTC(2026, 0, 1);
  const now = () => time;
  const open = (changed: Partial<AccessOptions>, changedGrants = grants) =>
    createAccess({
      metadata,
      data,
      loginFailures: 5,
      now,
      warn: (message) => void warnings.push(message),
      settings: { grants: changedGrants, groups: {}, tokenLifetime: 300_000 },
      ...changed,
    });
  return {
    access: await open(options),
    metadata,
    data,
    warnings,
    now,
    advance(millis) {
      time += millis;
    },
    addUser: (name, password, groups = []) => createUser(metadata, { name, password, groups }, ACTOR, time),
    addToken: (token) => createToken({ metadata, account: accountsOf(metadata) }, { description: "", scopes: [], expiresAt: undefined, ...token }, ACTOR, time),
    reopen: open,
    close: () => rm(data, { recursive: true, force: true }),
  };
}

/** The accounts of the store alone. */
export function accountsOf(metadata: Pick<MemoryMetadata, "user">) {
  return createDirectory({ metadata, groups: {}, now: Date.now }).describe;
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
