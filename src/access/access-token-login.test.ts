import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { ACTOR, basic, CLIENT, type Fixture, failure, openFixture } from "./testing/fixture.ts";

describe("log-in by access token", () => {
  let fixture: Fixture;

  beforeEach(async () => {
    fixture = await openFixture([{ subjects: ["user:ann"], repositories: "**", actions: ["pull", "push"] }]);
    await fixture.addUser("ann", "password of ann");
    await fixture.addUser("bob", "password of bob");
  });
  afterEach(() => fixture.close());

  const login = (header: string) => fixture.access.authenticate(header, CLIENT);

  test("as bearer, and as password of its user or of `token`", async () => {
    const { id, text } = await fixture.addToken({ user: "ann" });
    const expected = { name: "ann", anonymous: false, groups: [], scopes: undefined, accessToken: id };
    for (const header of [`Bearer ${text}`, basic("ann", text), basic("token", text)]) expect(await login(header)).toEqual(expected);
  });

  test("not as password of somebody else", async () => {
    const { text } = await fixture.addToken({ user: "ann" });
    expect(await failure(login(basic("bob", text)))).toMatchObject({ code: "UNAUTHORIZED" });
    expect(await fixture.logins()).toMatchObject([{ action: "login.failed", actor: { subject: "bob" } }]);
  });

  test("its scopes limit it to less than its user's rights", async () => {
    const { text } = await fixture.addToken({ user: "ann", scopes: [{ repositories: "team/*", actions: ["pull", "delete"] }] });
    const principal = await login(`Bearer ${text}`);
    const may = (action: "pull" | "push" | "delete", name: string) => fixture.access.may(principal, action, name);
    expect([may("pull", "team/a"), may("push", "team/a"), may("delete", "team/a"), may("pull", "other")]).toEqual([true, false, false, false]);
  });

  test("expired", async () => {
    const { text } = await fixture.addToken({ user: "ann", expiresAt: fixture.now() + 1000 });
    expect(await login(`Bearer ${text}`)).toMatchObject({ name: "ann" });
    fixture.advance(1000);
    expect(await failure(login(`Bearer ${text}`))).toMatchObject({ code: "UNAUTHORIZED", error: "invalid_token" });
  });

  test("revoked, also when it was used right before", async () => {
    const { id, text } = await fixture.addToken({ user: "ann" });
    await login(`Bearer ${text}`);
    await fixture.accounts.revokeToken(id, ACTOR, fixture.now());
    fixture.advance(50);
    expect(await failure(login(`Bearer ${text}`))).toMatchObject({ code: "UNAUTHORIZED" });
  });

  test("of a disabled user, until it is enabled again", async () => {
    const { text } = await fixture.addToken({ user: "ann" });
    await fixture.accounts.editUser("ann", { disabled: true }, ACTOR, fixture.now());
    fixture.advance(50);
    for (const header of [basic("ann", text), basic("ann", "password of ann")]) expect(await failure(login(header))).toMatchObject({ code: "UNAUTHORIZED" });
    await fixture.accounts.editUser("ann", { disabled: false }, ACTOR, fixture.now());
    fixture.advance(50);
    for (const header of [basic("ann", text), basic("ann", "password of ann")]) expect(await login(header)).toMatchObject({ name: "ann" });
  });

  test("of a user who is gone", async () => {
    const { text } = await fixture.addToken({ user: "ann" });
    await fixture.accounts.deleteUser("ann", ACTOR, fixture.now());
    fixture.advance(50);
    expect(await failure(login(basic("ann", text)))).toMatchObject({ code: "UNAUTHORIZED" });
  });

  test("unknown, tampered with, cut", async () => {
    const { id, text } = await fixture.addToken({ user: "ann" });
    const other = await fixture.addToken({ user: "ann" });
    const last = text.at(-1) === "0" ? "1" : "0";
    const mixed = `opm_${id}_${other.text.slice(-38)}`;
    for (const wrong of [`${text.slice(0, -1)}${last}`, text.slice(0, -1), `${text}0`, mixed, "opm_", "opm_x_y"]) {
      fixture.advance(60_000);
      expect(await failure(login(`Bearer ${wrong}`))).toMatchObject({ code: "UNAUTHORIZED" });
    }
  });

  test("failures count, and a valid token passes all the same", async () => {
    const { text } = await fixture.addToken({ user: "ann" });
    for (let count = 0; count < 5; count++) await failure(login("Bearer opm_wrong"));
    expect(await failure(login("Bearer opm_wrong"))).toMatchObject({ status: 429 });
    expect(await login(`Bearer ${text}`)).toMatchObject({ name: "ann" });
  });

  test("the last use is noted at most once a minute", async () => {
    const { id, text } = await fixture.addToken({ user: "ann" });
    const first = fixture.now();
    await login(`Bearer ${text}`);
    fixture.advance(59_999);
    await login(`Bearer ${text}`);
    fixture.advance(1);
    await login(`Bearer ${text}`);
    expect(fixture.touches).toEqual([
      { id, at: first },
      { id, at: first + 60_000 },
    ]);
  });

  test("look-ups are shared for a moment", async () => {
    const { text } = await fixture.addToken({ user: "ann" });
    await login(`Bearer ${text}`);
    const before = fixture.lookups();
    for (let count = 0; count < 100; count++) await login(`Bearer ${text}`);
    expect(fixture.lookups()).toBe(before);
  });
});
