import { abbreviate } from "../oci/digest.ts";
import { RegistryError } from "../oci/errors.ts";
import { repositoryGlobProblem } from "../oci/repository-glob.ts";
import type { AccessToken, AccountStore, TokenScope } from "../storage/metadata/accounts.ts";
import type { Actor, Millis } from "../storage/metadata/records.ts";
import type { AccountDescription } from "./directory.ts";
import { ACTIONS } from "./principal.ts";
import { formatToken, generateToken, hashSecret } from "./token-text.ts";

export interface NewToken {
  readonly user: string;
  readonly description: string;
  /** Empty: all that the user may do. */
  readonly scopes: readonly TokenScope[];
  /** undefined: never. */
  readonly expiresAt: Millis | undefined;
}

/** A token right after its creation, the only time when its text can be shown. */
export interface CreatedToken {
  readonly id: string;
  readonly text: string;
}

export interface TokenDependencies {
  readonly accounts: AccountStore;
  /** The account of a name, of whatever source. */
  readonly account: (name: string) => Promise<AccountDescription | undefined>;
}

/**
 * Creates an access token.
 * @throws RegistryError `USER_UNKNOWN`, `BODY_INVALID` for a scope or the time of expiry
 */
export async function createToken({ accounts, account }: TokenDependencies, token: NewToken, actor: Actor, now: Millis): Promise<CreatedToken> {
  if ((await account(token.user)) === undefined) {
    throw new RegistryError("USER_UNKNOWN", `there is no user ${abbreviate(token.user)}: create it with opm user add`);
  }
  if (token.expiresAt !== undefined && token.expiresAt <= now) throw unfit("expiresAt", "the token would be expired from the start: choose a later time");
  for (const scope of token.scopes) assertScope(scope);
  const parts = generateToken();
  await accounts.createToken(
    { ...token, id: parts.id, secretHash: hashSecret(parts.secret), createdAt: now, lastUsedAt: undefined, revokedAt: undefined },
    actor,
  );
  return { id: parts.id, text: formatToken(parts) };
}

/**
 * Parses a scope as it is written on the command line, `<glob>:<action>[,<action>…]`, e.g. `team/**:pull,push`.
 * @throws RegistryError `BODY_INVALID` when it is malformed
 */
export function parseTokenScope(text: string): TokenScope {
  const colon = text.lastIndexOf(":");
  if (colon < 0) throw unfit("scopes", `malformed scope '${text}': expected <repositories>:<actions>, e.g. team/**:pull,push`);
  const scope = { repositories: text.slice(0, colon), actions: text.slice(colon + 1).split(",") };
  assertScope(scope);
  return scope;
}

function assertScope({ repositories, actions }: TokenScope): void {
  const problem = repositoryGlobProblem(repositories);
  if (problem !== undefined) throw unfit("scopes", `invalid repositories '${repositories}' in a scope: ${problem}`);
  const known: readonly string[] = ACTIONS;
  const unknown = actions.find((action) => !known.includes(action));
  if (unknown !== undefined || actions.length === 0) throw unfit("scopes", `invalid action '${unknown ?? ""}' in a scope: expected ${ACTIONS.join(", ")}`);
}

function unfit(field: string, message: string): RegistryError {
  return new RegistryError("BODY_INVALID", message, { detail: { field } });
}

/**
 * Revokes an access token, and with it the bearer tokens that were issued for it.
 * @param user only one of this user's
 * @throws RegistryError `TOKEN_UNKNOWN` when there is none of this id, or it was revoked before
 */
export async function revokeToken(accounts: AccountStore, id: string, actor: Actor, now: Millis, user?: string): Promise<void> {
  if (user !== undefined && (await accounts.token(id))?.user !== user) throw noToken(id);
  if (!(await accounts.revokeToken(id, actor, now))) throw noToken(id);
}

function noToken(id: string): RegistryError {
  return new RegistryError("TOKEN_UNKNOWN", `there is no token ${abbreviate(id)} that is not revoked: see opm token list`);
}

/** What a token is good for at a moment. */
export function tokenState({ expiresAt, revokedAt }: AccessToken, now: Millis): "valid" | "expired" | "revoked" {
  if (revokedAt !== undefined) return "revoked";
  return expiresAt !== undefined && expiresAt <= now ? "expired" : "valid";
}
