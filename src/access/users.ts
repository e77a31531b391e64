import { abbreviate } from "../oci/digest.ts";
import type { Actor, MetadataStore, Millis, User, UserChange } from "../storage/metadata-store.ts";
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
 * @throws Error with what is wrong with name, password or groups, or that the name is taken
 */
export async function createUser(metadata: Pick<MetadataStore, "createUser">, user: NewUser, actor: Actor, now: Millis): Promise<void> {
  const problem = userNameProblem(user.name);
  if (problem !== undefined) throw new Error(problem);
  assertGroups(user.groups);
  const passwordHash = await hashPassword(user.password);
  const created = await metadata.createUser({ name: user.name, groups: [...new Set(user.groups)], passwordHash, createdAt: now }, actor);
  if (!created) throw new AccountConflict(`the user ${user.name} exists already: change it with opm user edit, or choose another name`);
}

/**
 * Changes groups of a user, or whether anybody may log in as it; its tokens stay, and do nothing while it is disabled.
 * @throws Error with what is wrong with a group; AccountNotFound
 */
export async function editUser(metadata: Pick<MetadataStore, "editUser">, name: string, change: UserChange, actor: Actor, now: Millis): Promise<User> {
  assertGroups(change.addGroups ?? []);
  const user = await metadata.editUser(name, change, actor, now);
  if (user === undefined) throw noUser(name);
  return user;
}

/**
 * Gives a user a new password. Tokens stay; bearer tokens of the password before are over.
 * @throws Error with what is wrong with the password; AccountNotFound
 */
export async function setPassword(
  metadata: Pick<MetadataStore, "user" | "setPassword">,
  name: string,
  password: string,
  actor: Actor,
  now: Millis,
): Promise<void> {
  // before the hash, which costs a lot
  if ((await metadata.user(name)) === undefined) throw noUser(name);
  if (!(await metadata.setPassword(name, await hashPassword(password), actor, now))) throw noUser(name);
}

/**
 * Removes a user and revokes its access tokens.
 * @throws AccountNotFound
 */
export async function deleteUser(metadata: Pick<MetadataStore, "deleteUser">, name: string, actor: Actor, now: Millis): Promise<void> {
  if (!(await metadata.deleteUser(name, actor, now))) throw noUser(name);
}

/** There is no account, or no token, of this name. */
export class AccountNotFound extends Error {
  override readonly name = "AccountNotFound";
}

/** The name is taken, or the present state forbids it. */
export class AccountConflict extends Error {
  override readonly name = "AccountConflict";
}

function noUser(name: string): AccountNotFound {
  return new AccountNotFound(`there is no user ${abbreviate(name)} here: see opm user list; those of an htpasswd file are changed in that file`);
}

function assertGroups(groups: readonly string[]): void {
  const wrong = groups.find((group) => !GROUP.test(group));
  if (wrong !== undefined) throw new Error(`invalid group name '${abbreviate(wrong)}': expected 1 to 64 characters A-Z a-z 0-9 . _ @ / -`);
}
