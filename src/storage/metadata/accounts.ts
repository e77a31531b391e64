import type { Actor, Millis, Page } from "./records.ts";

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

/** Users, their passwords and tokens. Every change is in the audit record, in the same transaction, but for `touchToken`. */
/** Log-ins that failed from one address. */
export interface FailedLogins {
  /** When the first of them did. */
  readonly since: Millis;
  readonly failures: number;
}

export interface LoginFailure {
  readonly address: string;
  readonly at: Millis;
  /** Milliseconds for which failures are counted together. */
  readonly window: Millis;
}

export interface AccountStore {
  user(name: string): Promise<UserWithPassword | undefined>;
  /** By name; all of them without a page. */
  listUsers(page?: Page): Promise<User[]>;
  token(id: string): Promise<AccessTokenWithSecret | undefined>;
  /** In the order of their creation, all of them without a page; `after` is the id of a token, exclusive. */
  listTokens(user?: string, page?: Page): Promise<AccessToken[]>;

  /** False when the name is taken. */
  createUser(user: UserWithPassword, actor: Actor): Promise<boolean>;
  /** Groups are added before others are removed. The account afterwards; undefined when there is none. */
  editUser(name: string, change: UserChange, actor: Actor, now: Millis): Promise<User | undefined>;
  /** Tokens stay. False when there is no such user. */
  setPassword(name: string, passwordHash: string, actor: Actor, now: Millis): Promise<boolean>;
  /** Removes the user and revokes its tokens. False when there is none. */
  deleteUser(name: string, actor: Actor, now: Millis): Promise<boolean>;
  /** @throws MetadataStoreError `conflict` when the id is taken */
  createToken(token: AccessTokenWithSecret, actor: Actor): Promise<void>;
  /** False when there is none, or it was revoked before. */
  revokeToken(id: string, actor: Actor, now: Millis): Promise<boolean>;
  /** How often log-ins from an address failed since when; undefined where nothing is known of it. */
  loginFailures(address: string): Promise<FailedLogins | undefined>;
  /** Counts one more, by the same time for all processes; relaxed. What is older than the window is forgotten. */
  noteLoginFailure(failure: LoginFailure): Promise<FailedLogins>;
  /** Notes when a token was last used; relaxed. */
  touchToken(id: string, now: Millis): Promise<void>;
}
