import type { RightReason } from "../access/explain-rights.ts";
import type { Action, Principal } from "../access/principal.ts";
import { tokenState } from "../access/tokens.ts";
import type { RightsDocument, TokenDocument, UserDocument } from "../api/accounts.ts";
import type { AccessToken, TokenScope, User } from "../storage/metadata/accounts.ts";
import type { Millis } from "../storage/metadata/records.ts";
import { formatTime } from "./queries/time.ts";

/** Accounts, tokens and rights as the package API and the commands show them: nothing of a password, nothing of a secret. */

export function userDocument({ name, groups, disabledAt, createdAt, passwordChangedAt }: User): UserDocument {
  return { name, groups: [...groups], disabled: disabledAt !== undefined, createdAt: formatTime(createdAt), passwordChangedAt: timeOrNull(passwordChangedAt) };
}

export function tokenDocument(token: AccessToken, now: Millis): TokenDocument {
  const { id, user, description, scopes, createdAt, expiresAt, lastUsedAt, revokedAt } = token;
  return {
    id,
    user,
    description,
    state: tokenState(token, now),
    scopes: scopesOf(scopes),
    createdAt: formatTime(createdAt),
    expiresAt: timeOrNull(expiresAt),
    lastUsedAt: timeOrNull(lastUsedAt),
    revokedAt: timeOrNull(revokedAt),
  };
}

/** What is known of somebody's rights, on one repository or on all of them. */
export interface KnownRights {
  readonly repository: string | undefined;
  /** The account lets nobody in: it may do nothing, whatever is granted. */
  readonly disabled: boolean;
  /** What it may do on the repository. */
  readonly actions: readonly Action[];
  readonly reasons: readonly RightReason[];
}

export function rightsDocument({ name, groups, scopes }: Principal, { repository, disabled, actions, reasons }: KnownRights): RightsDocument {
  return {
    user: name,
    groups: [...groups],
    disabled,
    repository: repository ?? null,
    actions: repository === undefined ? null : disabled ? [] : [...actions],
    reasons: reasons.map(({ source, subjects, repositories, actions, project }) => {
      return { source, subjects: [...subjects], repositories, actions: [...actions], project: project ?? null };
    }),
    scopes: scopes === undefined ? null : scopesOf(scopes),
  };
}

export function scopesOf(scopes: readonly TokenScope[]): { repositories: string; actions: string[] }[] {
  return scopes.map(({ repositories, actions }) => ({ repositories, actions: [...actions] }));
}

function timeOrNull(millis: Millis | undefined): string | null {
  return millis === undefined ? null : formatTime(millis);
}
