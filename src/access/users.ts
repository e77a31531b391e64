import type { Actor, MetadataStore, Millis } from "../storage/metadata-store.ts";
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
  const wrong = user.groups.find((group) => !GROUP.test(group));
  if (wrong !== undefined) throw new Error(`invalid group name '${wrong}': expected 1 to 64 characters A-Z a-z 0-9 . _ @ / -`);
  const passwordHash = await hashPassword(user.password);
  const created = await metadata.createUser({ name: user.name, groups: [...new Set(user.groups)], passwordHash, createdAt: now }, actor);
  if (!created) throw new Error(`the user ${user.name} exists already: remove it first, or choose another name`);
}

/**
 * Removes a user and revokes its access tokens.
 * @throws Error when there is none of this name
 */
export async function deleteUser(metadata: Pick<MetadataStore, "deleteUser">, name: string, actor: Actor, now: Millis): Promise<void> {
  if (!(await metadata.deleteUser(name, actor, now))) throw new Error(`there is no user ${name}: see opm user list`);
}
