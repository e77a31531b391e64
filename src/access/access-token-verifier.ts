import type { AccessTokenWithSecret, AccountStore } from "../storage/metadata/accounts.ts";
import { type Directory, LOOKUP_TIME } from "./directory.ts";
import { createLru } from "./lru.ts";
import type { Principal } from "./principal.ts";
import { isSecret, parseToken } from "./token-text.ts";

/** Milliseconds between two notes of a token's last use. */
const TOUCH_INTERVAL = 60_000;
const CACHE_SIZE = 1000;

export interface AccessTokenVerifier {
  /** The holder of a token's text, or undefined when it is unknown, wrong, expired, revoked, or its user is gone. */
  verify(text: string): Promise<Principal | undefined>;
  /** The holder of a token that was verified before, under the same conditions. */
  holder(id: string): Promise<Principal | undefined>;
}

export interface AccessTokenVerifierOptions {
  readonly accounts: AccountStore;
  readonly directory: Directory;
  readonly now: () => number;
  /** As `DirectoryOptions.rights`. */
  readonly rights?: (() => number) | undefined;
  readonly warn: (message: string) => void;
}

export function createAccessTokenVerifier({ accounts, directory, now, rights = () => Number.NaN, warn }: AccessTokenVerifierOptions): AccessTokenVerifier {
  const recent = createLru<{ readonly token: AccessTokenWithSecret; readonly rights: number; readonly at: number }>(CACHE_SIZE);
  const touched = createLru<number>(CACHE_SIZE);

  async function find(id: string): Promise<AccessTokenWithSecret | undefined> {
    const known = recent.get(id);
    const at = now();
    const asked = rights();
    if (known !== undefined && known.rights === asked && Math.abs(at - known.at) < LOOKUP_TIME) return known.token;
    const token = await accounts.token(id);
    if (token !== undefined) recent.set(id, { token, rights: asked, at });
    return token;
  }

  async function holderOf(token: AccessTokenWithSecret): Promise<Principal | undefined> {
    if (token.revokedAt !== undefined || (token.expiresAt !== undefined && token.expiresAt <= now())) return undefined;
    const account = await directory.find(token.user);
    if (account === undefined) return undefined;
    const scopes = token.scopes.length === 0 ? undefined : token.scopes;
    return { name: account.name, anonymous: false, groups: account.groups, scopes, accessToken: token.id };
  }

  function touch(token: AccessTokenWithSecret): void {
    const at = now();
    if (at - Math.max(token.lastUsedAt ?? 0, touched.get(token.id) ?? 0) < TOUCH_INTERVAL) return;
    touched.set(token.id, at);
    accounts.touchToken(token.id, at).catch((error) => warn(`cannot note the last use of the token ${token.id}: ${String(error)}`));
  }

  return {
    async verify(text) {
      const parts = parseToken(text);
      const token = parts && (await find(parts.id));
      if (parts === undefined || token === undefined || !isSecret(parts.secret, token.secretHash)) return undefined;
      const holder = await holderOf(token);
      if (holder !== undefined) touch(token);
      return holder;
    },
    async holder(id) {
      const token = await find(id);
      return token && (await holderOf(token));
    },
  };
}
