import { abbreviate } from "../oci/digest.ts";
import { RegistryError } from "../oci/errors.ts";
import type { AccountStore, User, UserChange } from "../storage/metadata/accounts.ts";
import type { Actor, Millis } from "../storage/metadata/records.ts";
import { hashPassword } from "./password.ts";
import { userNameProblem } from "./user-name.ts";

export interface NewUser {
  readonly name: string;
  readonly password: string;
  readonly groups: readonly string[];
}

/** Names of groups, as grants write them after `group:`. */
const GROUP = /^[A-Za-z0-9][A-Za-z0-9._@/-]{0,63}$/;

/**
 * Creates a user.
 * @throws RegistryError `BODY_INVALID` with what is wrong with name, password or groups, `CONFLICT` when the name is taken
 */
export async function createUser(accounts: AccountStore, user: NewUser, actor: Actor, now: Millis): Promise<void> {
  const problem = userNameProblem(user.name);
  if (problem !== undefined) throw new RegistryError("BODY_INVALID", problem, { detail: { field: "name" } });
  assertGroups(user.groups);
  const passwordHash = await hashPassword(user.password);
  const created = await accounts.createUser({ name: user.name, groups: [...new Set(user.groups)], passwordHash, createdAt: now }, actor);
  if (!created) throw new RegistryError("CONFLICT", `the user ${user.name} exists already: change it with opm user edit, or choose another name`);
}

/**
 * Changes groups of a user, or whether anybody may log in as it; its tokens stay, and do nothing while it is disabled.
 * @throws RegistryError `BODY_INVALID` with what is wrong with a group, `USER_UNKNOWN`
 */
export async function editUser(accounts: AccountStore, name: string, change: UserChange, actor: Actor, now: Millis): Promise<User> {
  assertGroups(change.addGroups ?? []);
  const user = await accounts.editUser(name, change, actor, now);
  if (user === undefined) throw noUser(name);
  return user;
}

/**
 * Gives a user a new password. Tokens stay; bearer tokens of the password before are over.
 * @throws RegistryError `BODY_INVALID` with what is wrong with the password, `USER_UNKNOWN`
 */
export async function setPassword(accounts: AccountStore, name: string, password: string, actor: Actor, now: Millis): Promise<void> {
  // before the hash, which costs a lot
  if ((await accounts.user(name)) === undefined) throw noUser(name);
  if (!(await accounts.setPassword(name, await hashPassword(password), actor, now))) throw noUser(name);
}

/**
 * Removes a user and revokes its access tokens.
 * @throws RegistryError `USER_UNKNOWN`
 */
export async function deleteUser(accounts: AccountStore, name: string, actor: Actor, now: Millis): Promise<void> {
  if (!(await accounts.deleteUser(name, actor, now))) throw noUser(name);
}

function noUser(name: string): RegistryError {
  return new RegistryError("USER_UNKNOWN", `there is no user ${abbreviate(name)} here: see opm user list; those of an htpasswd file are changed in that file`);
}

function assertGroups(groups: readonly string[]): void {
  const wrong = groups.find((group) => !GROUP.test(group));
  if (wrong === undefined) return;
  const message = `invalid group name '${abbreviate(wrong)}': expected 1 to 64 characters A-Z a-z 0-9 . _ @ / -`;
  throw new RegistryError("BODY_INVALID", message, { detail: { field: "groups" } });
}
