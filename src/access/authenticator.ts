import type { AccountStore } from "../storage/metadata/accounts.ts";
import type { AuditStore } from "../storage/metadata/audit.ts";
import type { Actor } from "../storage/metadata/records.ts";
import type { AccessTokenVerifier } from "./access-token-verifier.ts";
import type { BearerClaims, BearerTokens } from "./bearer-token.ts";
import { type Credentials, parseAuthorization } from "./credentials.ts";
import type { Account, Directory } from "./directory.ts";
import { createLoginLimiter } from "./login-limiter.ts";
import { createPasswordVerifier, verifierCapacity } from "./password-verifier.ts";
import { ANONYMOUS, type Principal } from "./principal.ts";
import { registryScope } from "./scope.ts";
import { parseToken, TOKEN_PREFIX } from "./token-text.ts";
import { UnauthorizedError } from "./unauthorized-error.ts";
import { claimedName } from "./user-name.ts";

/** Where a request comes from. */
export interface Client {
  /** Address. */
  readonly remote: string;
  readonly requestId?: string | undefined;
}

/** Who a request comes from. */
export interface Authenticator {
  /**
   * Verifies an Authorization header; without one the principal is anonymous.
   * @throws UnauthorizedError for wrong, expired, revoked and foreign credentials
   * @throws RegistryError `TOOMANYREQUESTS` with Retry-After after too many failures from one address
   */
  authenticate(authorization: string | null, client: Client): Promise<Principal>;
  /** Verifies credentials that came in another way. Throws as `authenticate` does. */
  login(credentials: Credentials, client: Client): Promise<Principal>;
  /** Log-ins that failed since the start. */
  failedLogins(): number;
}

export interface AuthenticatorOptions {
  readonly accounts: AccountStore;
  readonly audit: AuditStore;
  readonly directory: Directory;
  readonly accessTokens: AccessTokenVerifier;
  readonly bearerTokens: BearerTokens;
  /** Failed log-ins a minute from one address. */
  readonly loginFailures: number;
  /** Processes that verify passwords on this machine; default 1. */
  readonly processes?: number | undefined;
  readonly now: () => number;
  readonly warn: (message: string) => void;
}

/** The user name that goes with an access token given as password, besides the token's own. */
const TOKEN_USER = "token";

/** Seconds: the account, or its password, may be that much newer than a token issued to it by a node whose clock is late. */
const CLOCK_SKEW = 10;

/** Finds out who makes a request. */
export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { audit, directory, accessTokens, bearerTokens, now, warn } = options;
  const passwords = createPasswordVerifier(now, verifierCapacity(options.processes));
  const limiter = createLoginLimiter({ accounts: options.accounts, limit: options.loginFailures, now, warn });

  /** The caller of one token is one object, as long as the account is: what it may do is found out once. */
  const byClaims = new WeakMap<BearerClaims, Principal>();
  const byAccount = new WeakMap<Account, Principal>();

  let failures = 0;

  function principalOf(account: Account): Principal {
    const { name, groups } = account;
    const principal = byAccount.get(account) ?? { name, anonymous: false, groups, scopes: undefined };
    byAccount.set(account, principal);
    return principal;
  }

  async function fail(user: string, client: Client, error: UnauthorizedError): Promise<never> {
    failures++;
    await limiter.fail(client.remote);
    const actor: Actor = { subject: claimedName(user), remote: client.remote, requestId: client.requestId };
    await audit.append([{ at: now(), actor, action: "login.failed" }]).catch((cause) => warn(`cannot record a failed log-in: ${String(cause)}`));
    throw error;
  }

  async function byPassword(user: string, password: string, client: Client): Promise<Principal> {
    const account = await directory.find(user);
    const hash = account?.passwordHash;
    if (account !== undefined && passwords.isKnown(user, password, hash)) return principalOf(account);
    const verified = await passwords.verify(user, password, hash, () => limiter.admit(client.remote));
    return account !== undefined && verified ? principalOf(account) : await fail(user, client, new UnauthorizedError("wrong user name or password"));
  }

  async function byAccessToken(token: string, user: string, client: Client): Promise<Principal> {
    const principal = await accessTokens.verify(token);
    if (principal !== undefined && (user === TOKEN_USER || user === principal.name)) return principal;
    const message = "the access token is unknown, expired or revoked, or not one of the user named: create one with opm token create";
    return await fail(user, client, new UnauthorizedError(message, { error: "invalid_token" }));
  }

  async function byBearerToken(token: string): Promise<Principal> {
    const claims = await bearerTokens.verify(token);
    const holder = await holderOf(claims);
    if (holder === undefined) throw new UnauthorizedError("the user or access token that this bearer token was issued to is gone", { error: "invalid_token" });
    const before = byClaims.get(claims);
    if (before?.bearer?.holder === holder) return before;
    const repositories = claims.access.filter((entry) => entry.type === "repository");
    const registry = new Set(claims.access.flatMap(({ type, name }) => (type === "registry" ? (registryScope(name) ?? []) : [])));
    const scopes = repositories.map(({ name, actions }) => ({ repositories: name, actions }));
    const principal: Principal = { ...holder, scopes, bearer: { holder, registry } };
    byClaims.set(claims, principal);
    return principal;
  }

  async function holderOf(claims: BearerClaims): Promise<Principal | undefined> {
    if (claims.sub === ANONYMOUS.name) return ANONYMOUS;
    if (claims.access_token !== undefined) {
      const holder = await accessTokens.holder(claims.access_token);
      return holder?.name === claims.sub ? holder : undefined;
    }
    const account = await directory.find(claims.sub);
    const isOfAnother = account?.passwordSince !== undefined && claims.iat + CLOCK_SKEW < account.passwordSince / 1000;
    return account === undefined || isOfAnother ? undefined : principalOf(account);
  }

  async function login(credentials: Credentials, client: Client): Promise<Principal> {
    if (credentials.scheme === "basic") {
      const { user, password } = credentials;
      return parseToken(password) === undefined ? await byPassword(user, password, client) : await byAccessToken(password, user, client);
    }
    const { token } = credentials;
    return token.startsWith(TOKEN_PREFIX) ? await byAccessToken(token, TOKEN_USER, client) : await byBearerToken(token);
  }

  return {
    failedLogins: () => failures,
    login,
    authenticate: async (authorization, client) => (authorization === null ? ANONYMOUS : await login(parseAuthorization(authorization), client)),
  };
}
