import { expect, test } from "bun:test";
import type { AccessTokenWithSecret, UserChange, UserWithPassword } from "../../accounts.ts";
import { MetadataStoreError } from "../../error.ts";
import { ACTOR, type GetStore, NOW } from "../fixture.ts";

function newUser(): UserWithPassword {
  return { name: `user-${crypto.randomUUID()}`, groups: ["dev", "ops"], passwordHash: "$argon2id$x", createdAt: NOW };
}

function newToken(user: string): AccessTokenWithSecret {
  const scopes = [{ repositories: "team/**", actions: ["pull", "push"] }];
  const times = { createdAt: NOW, expiresAt: NOW + 5, lastUsedAt: undefined, revokedAt: undefined };
  return { id: crypto.randomUUID(), user, description: "CI", scopes, secretHash: "00ff-never-listed", ...times };
}

export function accountCases(store: GetStore): void {
  test("a user is created once, found, listed and removed", async () => {
    const user = newUser();
    expect(await store().accounts.user(user.name)).toBeUndefined();
    expect(await store().accounts.createUser(user, ACTOR)).toBe(true);
    expect(await store().accounts.createUser({ ...user, groups: [] }, ACTOR)).toBe(false);
    expect(await store().accounts.user(user.name)).toEqual(user);
    expect(await store().accounts.user(user.name.toUpperCase())).toBeUndefined();
    const { passwordHash: _, ...listed } = user;
    expect(await store().accounts.listUsers()).toContainEqual(listed);
    expect(await store().accounts.deleteUser(user.name, ACTOR, NOW)).toBe(true);
    expect(await store().accounts.deleteUser(user.name, ACTOR, NOW)).toBe(false);
    expect(await store().accounts.user(user.name)).toBeUndefined();
    const audit = await store().audit.list({ limit: 100 });
    const actions = audit.filter((entry) => entry.reference === user.name).map((entry) => entry.action);
    expect(actions).toEqual(["user.delete", "user.create"]);
  });

  test("groups are added and taken, and an account is disabled and enabled; what does not change leaves no entry", async () => {
    const user = newUser();
    await store().accounts.createUser(user, ACTOR);
    const edit = (change: UserChange, at: number) => store().accounts.editUser(user.name, change, ACTOR, NOW + at);
    expect((await edit({ addGroups: ["qa", "dev"], removeGroups: ["ops", "none"] }, 1))?.groups).toEqual(["dev", "qa"]);
    expect((await edit({ addGroups: ["qa"] }, 2))?.groups).toEqual(["dev", "qa"]);
    expect((await edit({ disabled: true }, 3))?.disabledAt).toBe(NOW + 3);
    expect((await edit({ disabled: true }, 4))?.disabledAt).toBe(NOW + 3);
    expect((await store().accounts.user(user.name))?.disabledAt).toBe(NOW + 3);
    expect((await edit({ disabled: false }, 5))?.disabledAt).toBeUndefined();
    expect(await store().accounts.user(user.name)).toEqual({ ...user, groups: ["dev", "qa"] });
    expect(await store().accounts.editUser("nobody", { disabled: true }, ACTOR, NOW)).toBeUndefined();
    const entries = (await store().audit.list({ limit: 100, action: "user.edit" })).filter(({ reference }) => reference === user.name);
    expect(entries.map(({ detail }) => detail)).toEqual([
      { groups: ["dev", "qa"], disabled: false },
      { groups: ["dev", "qa"], disabled: true },
      { groups: ["dev", "qa"], disabled: false },
    ]);
  });

  test("the revision of rights moves with every change by which somebody may do more or less, and with no other", async () => {
    const { accounts, definitions } = store();
    const user = newUser();
    const token = newToken(user.name);
    const moves = async (change: () => Promise<unknown>): Promise<boolean> => {
      const { rights } = await definitions.rights();
      await change();
      return (await definitions.rights()).rights !== rights;
    };
    expect(await moves(() => accounts.createUser(user, ACTOR))).toBe(true);
    expect(await moves(() => accounts.editUser(user.name, { addGroups: ["qa"] }, ACTOR, NOW))).toBe(true);
    expect(await moves(() => accounts.editUser(user.name, { addGroups: ["qa"] }, ACTOR, NOW))).toBe(false);
    expect(await moves(() => accounts.setPassword(user.name, "$argon2id$y", ACTOR, NOW))).toBe(true);
    await accounts.createToken(token, ACTOR);
    expect(await moves(() => accounts.touchToken(token.id, NOW))).toBe(false);
    expect(await moves(() => accounts.revokeToken(token.id, ACTOR, NOW))).toBe(true);
    expect(await moves(() => accounts.revokeToken(token.id, ACTOR, NOW))).toBe(false);
    expect(await moves(() => accounts.deleteUser(user.name, ACTOR, NOW))).toBe(true);
    expect(await moves(() => accounts.deleteUser(user.name, ACTOR, NOW))).toBe(false);
  });

  test("failed log-ins are counted by address, those that come at once too, and forgotten after their time", async () => {
    const { accounts } = store();
    const [address, other] = [crypto.randomUUID(), crypto.randomUUID()];
    const fail = (at: number) => accounts.noteLoginFailure({ address, at, window: 60 });
    expect(await accounts.loginFailures(address)).toBeUndefined();
    await Promise.all([fail(NOW), fail(NOW), fail(NOW)]);
    expect(await fail(NOW + 59)).toEqual({ since: NOW, failures: 4 });
    await accounts.noteLoginFailure({ address: other, at: NOW + 40, window: 60 });
    expect(await accounts.loginFailures(address)).toEqual({ since: NOW, failures: 4 });
    expect(await fail(NOW + 60)).toEqual({ since: NOW + 60, failures: 1 });
    await accounts.noteLoginFailure({ address: other, at: NOW + 999, window: 60 });
    expect(await accounts.loginFailures(address)).toBeUndefined();
  });

  test("of groups that several give at once none is lost", async () => {
    const user = { ...newUser(), groups: [] };
    await store().accounts.createUser(user, ACTOR);
    const groups = ["a", "b", "c", "d", "e", "f"];
    await Promise.all(groups.map((group) => store().accounts.editUser(user.name, { addGroups: [group] }, ACTOR, NOW)));
    expect([...((await store().accounts.user(user.name))?.groups ?? [])].sort()).toEqual(groups);
  });

  test("a new password keeps the tokens", async () => {
    const user = newUser();
    await store().accounts.createUser(user, ACTOR);
    const token = newToken(user.name);
    await store().accounts.createToken(token, ACTOR);
    expect(await store().accounts.setPassword(user.name, "$argon2id$y", ACTOR, NOW + 1)).toBe(true);
    expect(await store().accounts.user(user.name)).toEqual({ ...user, passwordHash: "$argon2id$y", passwordChangedAt: NOW + 1 });
    expect((await store().accounts.token(token.id))?.revokedAt).toBeUndefined();
    expect(await store().accounts.setPassword("nobody", "$argon2id$y", ACTOR, NOW)).toBe(false);
  });

  test("users and tokens come in pages", async () => {
    const users = [newUser(), newUser(), newUser()];
    for (const user of users) await store().accounts.createUser(user, ACTOR);
    const all = (await store().accounts.listUsers()).map(({ name }) => name);
    const byPages: string[] = [];
    for (let after: string | undefined; ; after = byPages.at(-1)) {
      const page = await store().accounts.listUsers({ after, limit: 2 });
      byPages.push(...page.map(({ name }) => name));
      if (page.length < 2) break;
    }
    expect(byPages).toEqual(all);
    const owner = newUser().name;
    const tokens = [newToken(owner), newToken(owner), newToken(owner)];
    for (const token of tokens) await store().accounts.createToken(token, ACTOR);
    const ids = (page: { readonly after?: string; readonly limit: number }) =>
      store()
        .accounts.listTokens(owner, page)
        .then((found) => found.map(({ id }) => id));
    expect(await ids({ limit: 2 })).toEqual(tokens.slice(0, 2).map(({ id }) => id));
    expect(await ids({ after: tokens[1]?.id ?? "", limit: 2 })).toEqual(tokens.slice(2).map(({ id }) => id));
  });

  test.each(["a\u0000b", "", "'; DROP TABLE audit; --", "\ud800"])("a name like %j finds nobody", async (name) => {
    expect(await store().accounts.user(name)).toBeUndefined();
    expect(await store().accounts.token(name)).toBeUndefined();
    expect(await store().accounts.listTokens(name)).toEqual([]);
    expect(await store().accounts.deleteUser(name, ACTOR, NOW)).toBe(false);
  });

  test("a token is found, touched and revoked once", async () => {
    const token = newToken("carol");
    await store().accounts.createToken(token, ACTOR);
    expect(await store().accounts.token(token.id)).toEqual(token);
    await store().accounts.touchToken(token.id, NOW + 3);
    expect((await store().accounts.token(token.id))?.lastUsedAt).toBe(NOW + 3);
    expect(await store().accounts.revokeToken(token.id, ACTOR, NOW + 4)).toBe(true);
    expect(await store().accounts.revokeToken(token.id, ACTOR, NOW + 5)).toBe(false);
    expect(await store().accounts.revokeToken("unknown", ACTOR, NOW)).toBe(false);
    expect((await store().accounts.token(token.id))?.revokedAt).toBe(NOW + 4);
    const actions = (await store().audit.list({ limit: 100 })).filter((entry) => entry.reference === token.id).map((entry) => entry.action);
    expect(actions).toEqual(["token.revoke", "token.create"]);
  });

  test("a second token of the same id is refused", async () => {
    const token = newToken("carol");
    await store().accounts.createToken(token, ACTOR);
    const error = await store()
      .accounts.createToken({ ...token, user: "mallory" }, ACTOR)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(MetadataStoreError);
    expect(error).toMatchObject({ name: "MetadataStoreError", reason: "conflict", message: expect.stringContaining(token.id) });
    expect((await store().accounts.token(token.id))?.user).toBe("carol");
  });

  test("tokens are listed by user without their secrets, and revoked with the user", async () => {
    const user = newUser();
    await store().accounts.createUser(user, ACTOR);
    const [one, two] = [newToken(user.name), newToken(user.name)];
    await store().accounts.createToken(one, ACTOR);
    await store().accounts.createToken(two, ACTOR);
    await store().accounts.revokeToken(one.id, ACTOR, NOW + 1);
    expect((await store().accounts.listTokens(user.name)).map((token) => token.id)).toEqual([one.id, two.id]);
    expect(JSON.stringify(await store().accounts.listTokens())).not.toContain(one.secretHash);
    await store().accounts.deleteUser(user.name, ACTOR, NOW + 2);
    expect((await store().accounts.listTokens(user.name)).map((token) => token.revokedAt)).toEqual([NOW + 1, NOW + 2]);
  });
}
