import type { Actor, Millis } from "./metadata-store.ts";

export interface User {
  readonly name: string;
  readonly groups: readonly string[];
  readonly createdAt: Millis;
  /** The account exists, and nobody logs in to it. */
  readonly disabledAt?: Millis | undefined;
  /** Undefined: the password is that of the creation. */
  readonly passwordChangedAt?: Millis | undefined;
}

/** What is changed of an account; absent fields stay. */
export interface UserChange {
  readonly addGroups?: readonly string[] | undefined;
  readonly removeGroups?: readonly string[] | undefined;
  readonly disabled?: boolean | undefined;
}

/** `passwordHash` is a PHC string (argon2id). */
export interface UserWithPassword extends User {
  readonly passwordHash: string;
}

/** What a token may do at most: the actions on repositories that match the glob. */
export interface TokenScope {
  readonly repositories: string;
  readonly actions: readonly string[];
}

export interface AccessToken {
  /** Public handle, part of the token's text. */
  readonly id: string;
  readonly user: string;
  readonly description: string;
  /** Empty: all that its user may do. */
  readonly scopes: readonly TokenScope[];
  readonly createdAt: Millis;
  readonly expiresAt: Millis | undefined;
  readonly lastUsedAt: Millis | undefined;
  readonly revokedAt: Millis | undefined;
}

/** `secretHash` is the hex SHA-256 of the secret part (random, hence no slow hash). */
export interface AccessTokenWithSecret extends AccessToken {
  readonly secretHash: string;
}

export interface AuditEntry {
  readonly at: Millis;
  readonly actor: Actor;
  /** e.g. `manifest.push`, `tag.move`, `blob.delete`, `login.failed`, `token.create`, `grants.change` */
  readonly action: string;
  readonly repository?: string | undefined;
  readonly reference?: string | undefined;
  readonly digest?: string | undefined;
  readonly detail?: Readonly<Record<string, unknown>> | undefined;
}

export interface AuditQuery {
  readonly repository?: string | undefined;
  readonly subject?: string | undefined;
  readonly action?: string | undefined;
  readonly since?: Millis | undefined;
  /** Exclusive: entries older than this id. */
  readonly before?: number | undefined;
  readonly limit: number;
}
