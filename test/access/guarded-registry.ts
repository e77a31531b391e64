import { afterAll } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expectStatus } from "../support/expectations.ts";
import { type RegistryClient, registryClient } from "../support/registry-client.ts";
import type { TestServer } from "../support/server.ts";
import { useRegistry } from "../support/use-registry.ts";

/** One user for each combination of rights that the cases need. */
const USERS = ["puller", "pusher", "deleter", "writer", "cleaner", "stranger", "admin"] as const;

export type User = (typeof USERS)[number];

const GRANTS = [
  { subjects: ["anonymous"], repositories: "public/**", actions: ["pull"] },
  { subjects: ["user:puller"], repositories: "team/**", actions: ["pull"] },
  { subjects: ["user:pusher"], repositories: "team/**", actions: ["push"] },
  { subjects: ["user:deleter"], repositories: "team/**", actions: ["delete"] },
  { subjects: ["user:writer", "user:ann"], repositories: "team/**", actions: ["pull", "push"] },
  { subjects: ["user:cleaner"], repositories: "team/**", actions: ["pull", "delete"] },
  { subjects: ["user:stranger"], repositories: "other/**", actions: ["pull", "push"] },
  { subjects: ["user:stranger"], repositories: "mixed/**/open", actions: ["pull"] },
  { subjects: ["user:admin"], repositories: "**", actions: ["admin"] },
];

export interface GuardedRegistry {
  /** Without credentials. */
  readonly anonymous: RegistryClient;
  readonly server: () => TestServer;
  /** With the user's password in every request. */
  as(user: User): RegistryClient;
  /** With this Authorization header in every request. */
  with(authorization: string): RegistryClient;
  /** A bearer token of the token endpoint, for anonymous without a user. */
  bearer(user: User | undefined, ...scopes: readonly string[]): Promise<string>;
}

/** Starts a server with the grants above before the tests of the calling file, and stops it after them. */
export function useGuardedRegistry(more: Readonly<Record<string, unknown>> = {}): GuardedRegistry {
  const folder = mkdtempSync(join(tmpdir(), "opm-accounts-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const htpasswd = join(folder, "accounts");
  writeFileSync(htpasswd, USERS.map((user) => htpasswdLine(user, passwordOf(user))).join(""));
  const { server, client } = useRegistry({ config: { access: { grants: GRANTS, htpasswd }, limits: { loginFailures: 1000 }, ...more } });
  const withAuthorization = (authorization: string) => registryClient(() => server().url, { Authorization: authorization });
  const as = (user: User) => withAuthorization(basic(user, passwordOf(user)));
  return {
    anonymous: client,
    server,
    as,
    with: withAuthorization,
    async bearer(user, ...scopes) {
      const query = new URLSearchParams([["service", "opm"], ...scopes.map((scope): [string, string] => ["scope", scope])]);
      const answer = await (user === undefined ? client : as(user)).get(`/token?${query}`);
      expectStatus(answer, 200);
      return (answer.json() as { token: string }).token;
    },
  };
}

/** Of the cheapest hash that the registry accepts. */
export function htpasswdLine(user: string, password: string): string {
  return `${user}:${Bun.password.hashSync(password, { algorithm: "bcrypt", cost: 4 })}\n`;
}

export function passwordOf(user: User): string {
  return `the password of ${user}`;
}

export function basic(user: string, password: string): string {
  return `Basic ${btoa(`${user}:${password}`)}`;
}
