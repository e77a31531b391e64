/** Names that mean something else: requests without credentials, and the user of an access token given as password. */
const RESERVED: ReadonlySet<string> = new Set(["anonymous", "token"]);

const NEW_USER = /^[a-z0-9][a-z0-9._@-]{0,63}$/;

/** What a log or a list can show; also what names of an htpasswd file must be. */
const ACCOUNT = /^[^\s:\p{C}]{1,64}$/u;

export function isReservedName(name: string): boolean {
  return RESERVED.has(name);
}

/** True for a name that an account can have, be it of an htpasswd file. */
export function isAccountName(name: string): boolean {
  return ACCOUNT.test(name) && !RESERVED.has(name);
}

/** Why a new user cannot have this name, or undefined when it can. */
export function userNameProblem(name: string): string | undefined {
  if (isReservedName(name)) return `the user name ${name} is reserved: choose another one`;
  if (!NEW_USER.test(name)) return "a user name has 1 to 64 characters a-z 0-9 . _ @ - and starts with a letter or digit";
  return undefined;
}

/** A claimed user name as it may stand in the audit record: no control characters, at most 64 characters. */
export function claimedName(name: string): string {
  return name.replace(/[\s\p{C}]/gu, "?").slice(0, 64) || "?";
}
