import { expect, test } from "bun:test";
import { type AccessTokenWithSecret, MetadataStoreError, type UserWithPassword } from "../metadata-store.ts";
import { ACTOR, type GetStore, NOW } from "./metadata-fixture.ts";

function newUser(): UserWithPassword {
  return { name: `user-${crypto.randomUUID()}`, groups: ["dev", "ops"], passwordHash: "$argon2id$x", createdAt: NOW };
}

function newToken(user: string): AccessTokenWithSecret {
  const scopes = [{ repositories: "team/**", actions: ["pull", "push"] }];
  const times = { createdAt: NOW, expiresAt: NOW + 5, lastUsedAt: undefined, revokedAt: undefined };
  return { id: crypto.randomUUID(), user, description: "CI", scopes, secretHash: "00ff", ...times };
}

export function accountCases(store: GetStore): void {
  test("a user is created once, found, listed and removed", async () => {
    const user = newUser();
    expect(await store().user(user.name)).toBeUndefined();
    expect(await store().createUser(user, ACTOR)).toBe(true);
    expect(await store().createUser({ ...user, groups: [] }, ACTOR)).toBe(false);
    expect(await store().user(user.name)).toEqual(user);
    expect(await store().user(user.name.toUpperCase())).toBeUndefined();
    const { passwordHash: _, ...listed } = user;
    expect(await store().listUsers()).toContainEqual(listed);
    expect(await store().deleteUser(user.name, ACTOR, NOW)).toBe(true);
    expect(await store().deleteUser(user.name, ACTOR, NOW)).toBe(false);
    expect(await store().user(user.name)).toBeUndefined();
    const audit = await store().audit({ limit: 100 });
    const actions = audit.filter((entry) => entry.reference === user.name).map((entry) => entry.action);
    expect(actions).toEqual(["user.delete", "user.create"]);
  });

  test.each(["a\u0000b", "", "'; DROP TABLE audit; --", "\ud800"])("a name like %j finds nobody", async (name) => {
    expect(await store().user(name)).toBeUndefined();
    expect(await store().token(name)).toBeUndefined();
    expect(await store().listTokens(name)).toEqual([]);
    expect(await store().deleteUser(name, ACTOR, NOW)).toBe(false);
  });

  test("a token is found, touched and revoked once", async () => {
    const token = newToken("carol");
    await store().createToken(token, ACTOR);
    expect(await store().token(token.id)).toEqual(token);
    await store().touchToken(token.id, NOW + 3);
    expect((await store().token(token.id))?.lastUsedAt).toBe(NOW + 3);
    expect(await store().revokeToken(token.id, ACTOR, NOW + 4)).toBe(true);
    expect(await store().revokeToken(token.id, ACTOR, NOW + 5)).toBe(false);
    expect(await store().revokeToken("unknown", ACTOR, NOW)).toBe(false);
    expect((await store().token(token.id))?.revokedAt).toBe(NOW + 4);
    const actions = (await store().audit({ limit: 100 })).filter((entry) => entry.reference === token.id).map((entry) => entry.action);
    expect(actions).toEqual(["token.revoke", "token.create"]);
  });

  test("a second token of the same id is refused", async () => {
    const token = newToken("carol");
    await store().createToken(token, ACTOR);
    const error = await store()
      .createToken({ ...token, user: "mallory" }, ACTOR)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(MetadataStoreError);
    expect(error).toMatchObject({ name: "MetadataStoreError", reason: "conflict", message: expect.stringContaining(token.id) });
    expect((await store().token(token.id))?.user).toBe("carol");
  });

  test("tokens are listed by user without their secrets, and revoked with the user", async () => {
    const user = newUser();
    await store().createUser(user, ACTOR);
    const [one, two] = [newToken(user.name), newToken(user.name)];
    await store().createToken(one, ACTOR);
    await store().createToken(two, ACTOR);
    await store().revokeToken(one.id, ACTOR, NOW + 1);
    expect((await store().listTokens(user.name)).map((token) => token.id)).toEqual([one.id, two.id]);
    expect(JSON.stringify(await store().listTokens())).not.toContain(one.secretHash);
    await store().deleteUser(user.name, ACTOR, NOW + 2);
    expect((await store().listTokens(user.name)).map((token) => token.revokedAt)).toEqual([NOW + 1, NOW + 2]);
  });
}
