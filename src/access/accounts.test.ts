import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { AccountStore } from "../storage/metadata/accounts.ts";
import { createDirectory } from "./directory.ts";
import { ACTOR, accountsOf, type Fixture, failure, openFixture } from "./testing/fixture.ts";
import { createToken, parseTokenScope, revokeToken } from "./tokens.ts";
import { createUser, deleteUser } from "./users.ts";

const ANN = { name: "ann", password: "long enough", groups: [] };
const TOKEN = { user: "ann", description: "ci", scopes: [], expiresAt: undefined };

let fixture: Fixture;
let accounts: AccountStore;
beforeEach(async () => {
  fixture = await openFixture(undefined);
  accounts = fixture.accounts;
});
afterEach(() => fixture.close());

describe("users", () => {
  test("created once, removed once", async () => {
    await createUser(accounts, { ...ANN, groups: ["devs", "devs"] }, ACTOR, 5);
    expect(await accounts.user("ann")).toEqual({ name: "ann", groups: ["devs"], passwordHash: expect.stringMatching(/^\$argon2id\$/), createdAt: 5 });
    expect(await failure(createUser(accounts, ANN, ACTOR, 6))).toMatchObject({ message: expect.stringContaining("exists already") });
    await deleteUser(accounts, "ann", ACTOR, 7);
    expect(await failure(deleteUser(accounts, "ann", ACTOR, 8))).toMatchObject({ message: expect.stringContaining("there is no user ann") });
  });

  test.each([
    [{ name: "anonymous" }, "reserved"],
    [{ name: "token" }, "reserved"],
    [{ name: "Ann" }, "a user name has"],
    [{ name: ".ann" }, "a user name has"],
    [{ name: "a:b" }, "a user name has"],
    [{ name: "" }, "a user name has"],
    [{ name: "a".repeat(65) }, "a user name has"],
    [{ password: "short12" }, "too short"],
    [{ groups: ["a b"] }, "invalid group name"],
  ])("refused: %j", async (changes, message) => {
    expect(await failure(createUser(accounts, { ...ANN, ...changes }, ACTOR, 0))).toMatchObject({ message: expect.stringContaining(message) });
    expect(await accounts.listUsers()).toEqual([]);
  });
});

describe("tokens", () => {
  test("created, listed, revoked once; the secret is kept as a hash only", async () => {
    await createUser(accounts, ANN, ACTOR, 0);
    const { id, text } = await createToken({ accounts, account: accountsOf(accounts) }, TOKEN, ACTOR, 10);
    const [listed] = await accounts.listTokens("ann");
    expect(listed).toMatchObject({ id, user: "ann", description: "ci", createdAt: 10, revokedAt: undefined });
    expect(JSON.stringify(await accounts.token(id))).not.toContain(text.slice(-38));
    await revokeToken(accounts, id, ACTOR, 20);
    expect(await failure(revokeToken(accounts, id, ACTOR, 21))).toBeInstanceOf(Error);
    expect(await accounts.listTokens()).toMatchObject([{ revokedAt: 20 }]);
  });

  test("for users of an htpasswd file too, and for nobody else", async () => {
    const htpasswd = { find: async (user: string) => (user === "Eve" ? "hash" : undefined), reload: async () => undefined, users: async () => ["Eve"] };
    const account = createDirectory({ accounts, htpasswd, groups: {}, now: Date.now }).describe;
    await createToken({ accounts, account }, { ...TOKEN, user: "Eve" }, ACTOR, 0);
    for (const user of ["ann", "token", "anonymous", ""]) {
      expect(await failure(createToken({ accounts, account }, { ...TOKEN, user }, ACTOR, 0))).toMatchObject({
        message: expect.stringContaining("there is no user"),
      });
    }
  });

  test.each([
    { expiresAt: 10 },
    { scopes: [{ repositories: "A", actions: ["pull"] }] },
    { scopes: [{ repositories: "a", actions: [] }] },
    { scopes: [{ repositories: "a", actions: ["pul"] }] },
  ])("refused: %j", async (changes) => {
    await createUser(accounts, ANN, ACTOR, 0);
    expect(await failure(createToken({ accounts, account: accountsOf(accounts) }, { ...TOKEN, ...changes }, ACTOR, 10))).toBeInstanceOf(Error);
    expect(await accounts.listTokens()).toEqual([]);
  });

  test("scopes of the command line", () => {
    expect(parseTokenScope("team/**:pull,push")).toEqual({ repositories: "team/**", actions: ["pull", "push"] });
    for (const text of ["", "team", "team:", ":pull", "team:pull,", "Team:pull", "a:b:pull"]) expect(() => parseTokenScope(text)).toThrow();
  });
});
