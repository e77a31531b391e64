import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeJwt, importPKCS8, type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import type { Principal } from "./principal.ts";
import { parseScopes } from "./scope.ts";
import { ACTOR, basic, CLIENT, type Fixture, failure, openFixture } from "./testing/fixture.ts";
import { setPassword } from "./users.ts";

const GRANTS = [
  { subjects: ["anonymous"], repositories: "public/**", actions: ["pull" as const] },
  { subjects: ["group:devs"], repositories: "team/**", actions: ["pull" as const, "push" as const] },
];

describe("log-in by bearer token", () => {
  let fixture: Fixture;

  beforeEach(async () => {
    fixture = await openFixture(GRANTS);
    await fixture.addUser("ann", "password of ann", ["devs"]);
  });
  afterEach(() => fixture.close());

  const login = (header: string | null) => fixture.access.authenticate(header, CLIENT);
  const issue = async (principal: Principal, ...scopes: string[]) => (await fixture.access.issueToken(principal, parseScopes(scopes), CLIENT)).token;
  const ann = () => login(basic("ann", "password of ann"));

  /** A token that is right but for what the test changes. */
  async function forge(changes: JWTPayload, header: Record<string, string> = {}, keyPath = join(fixture.data, "keys", "token.pem")): Promise<string> {
    const key = await importPKCS8(await readFile(keyPath, "utf8"), "EdDSA");
    const seconds = Math.floor(fixture.now() / 1000);
    const payload = { iss: "opm", aud: "opm", sub: "ann", iat: seconds, nbf: seconds, exp: seconds + 300, jti: "1", access: [], ...changes };
    return await new SignJWT(payload).setProtectedHeader({ alg: "EdDSA", typ: "JWT", ...header }).sign(key);
  }

  test("claims", async () => {
    const issued = await fixture.access.issueToken(await ann(), parseScopes(["repository:team/app:pull,push,delete repository:other:pull"]), CLIENT);
    const claims = decodeJwt(issued.token);
    const seconds = fixture.now() / 1000;
    expect(claims).toMatchObject({ iss: "opm", aud: "opm", sub: "ann", iat: seconds, nbf: seconds, exp: seconds + 300, jti: expect.any(String) });
    expect(claims.access).toEqual([{ type: "repository", name: "team/app", actions: ["pull", "push"] }]);
    expect(issued).toMatchObject({ expiresIn: 300, issuedAt: "2026-01-01T00:00:00.000Z" });
    expect(await fixture.logins()).toMatchObject([{ action: "login.success", actor: { subject: "ann", remote: CLIENT.remote } }]);
  });

  test("covers what was asked and granted, nothing else", async () => {
    const principal = await login(`Bearer ${await issue(await ann(), "repository:team/app:pull")}`);
    expect(principal).toMatchObject({ name: "ann", anonymous: false });
    const may = (action: "pull" | "push", name: string) => fixture.access.may(principal, action, name);
    expect([may("pull", "team/app"), may("push", "team/app"), may("pull", "team/other"), may("pull", "public/x")]).toEqual([true, false, false, false]);
  });

  test("`*` is all that the user may do", async () => {
    const token = await issue(await ann(), "repository:team/app:*");
    expect(decodeJwt(token).access).toEqual([{ type: "repository", name: "team/app", actions: ["pull", "push"] }]);
  });

  test("anonymous gets one for what is public, and it is no log-in", async () => {
    const principal = await login(`Bearer ${await issue(await login(null), "repository:public/x:pull,push", "repository:team/x:pull")}`);
    expect(principal).toMatchObject({ name: "anonymous", anonymous: true, scopes: [{ repositories: "public/x", actions: ["pull"] }] });
    expect(await fixture.logins()).toEqual([]);
  });

  test("does not buy another one", async () => {
    const principal = await login(`Bearer ${await issue(await ann())}`);
    expect(await failure(issue(principal, "repository:team/app:pull"))).toMatchObject({ code: "UNAUTHORIZED" });
  });

  test("a grant that is gone is gone for tokens issued before", async () => {
    const token = await issue(await ann(), "repository:team/app:push");
    const later = await fixture.reopen({}, []);
    const principal = await later.authenticate(`Bearer ${token}`, CLIENT);
    expect(later.may(principal, "push", "team/app")).toBe(false);
  });

  test("expires, with a little patience for clocks", async () => {
    const token = await issue(await ann());
    await login(`Bearer ${token}`);
    fixture.advance(309_000);
    expect(await login(`Bearer ${token}`)).toMatchObject({ name: "ann" });
    fixture.advance(2000);
    expect(await failure(login(`Bearer ${token}`))).toMatchObject({
      code: "UNAUTHORIZED",
      error: "invalid_token",
      message: expect.stringContaining("expired"),
    });
  });

  test("ends with its user, and does not pass to a successor of the same name", async () => {
    const token = await issue(await ann());
    await login(`Bearer ${token}`);
    await fixture.accounts.deleteUser("ann", ACTOR, fixture.now());
    fixture.advance(50);
    expect(await failure(login(`Bearer ${token}`))).toMatchObject({ code: "UNAUTHORIZED", error: "invalid_token" });
    fixture.advance(20_000);
    await fixture.addUser("ann", "password of ann");
    expect(await failure(login(`Bearer ${token}`))).toMatchObject({ code: "UNAUTHORIZED" });
  });

  test("ends with the password it was issued for, and while its account is disabled", async () => {
    const token = await issue(await ann());
    await fixture.accounts.editUser("ann", { disabled: true }, ACTOR, fixture.now());
    fixture.advance(50);
    expect(await failure(login(`Bearer ${token}`))).toMatchObject({ code: "UNAUTHORIZED", error: "invalid_token" });
    await fixture.accounts.editUser("ann", { disabled: false }, ACTOR, fixture.now());
    fixture.advance(20_000);
    expect(await login(`Bearer ${token}`)).toMatchObject({ name: "ann" });
    await setPassword(fixture.accounts, "ann", "a new password", ACTOR, fixture.now());
    fixture.advance(50);
    expect(await failure(login(`Bearer ${token}`))).toMatchObject({ code: "UNAUTHORIZED", error: "invalid_token" });
    expect(await failure(login(basic("ann", "password of ann")))).toMatchObject({ code: "UNAUTHORIZED" });
    expect(await login(basic("ann", "a new password"))).toMatchObject({ name: "ann" });
  });

  test("ends with the access token it was issued for, and keeps to its scopes", async () => {
    const { id, text } = await fixture.addToken({ user: "ann", scopes: [{ repositories: "team/app", actions: ["pull"] }] });
    const token = await issue(await login(`Bearer ${text}`), "repository:team/app:pull,push", "registry:catalog:*");
    const principal = await login(`Bearer ${token}`);
    expect(principal.scopes).toEqual([{ repositories: "team/app", actions: ["pull"] }]);
    expect(fixture.access.filter(principal, "pull").matches("team/other")).toBe(false);
    expect(fixture.access.filter(principal, "pull").matches("team/app")).toBe(true);
    await fixture.accounts.revokeToken(id, ACTOR, fixture.now());
    fixture.advance(50);
    expect(await failure(login(`Bearer ${token}`))).toMatchObject({ code: "UNAUTHORIZED" });
  });

  test("a forged token that is right in everything is taken: the other cases fail for their reason", async () => {
    expect(await login(`Bearer ${await forge({})}`)).toMatchObject({ name: "ann" });
  });

  test.each([
    ["wrong audience", { aud: "another" }],
    ["wrong issuer", { iss: "another" }],
    ["expired", { exp: 1 }],
    ["not valid yet", { nbf: 4_000_000_000 }],
    ["no expiry", { exp: undefined }],
    ["no subject", { sub: undefined }],
    ["empty subject", { sub: "" }],
    ["no access", { access: undefined }],
    ["malformed access", { access: [{ type: "repository" }] }],
    ["unknown user", { sub: "zoe" }],
    ["unknown access token", { access_token: "AAAAAAAAAAAA" }],
  ] as const)("%s", async (_, changes) => {
    expect(await failure(login(`Bearer ${await forge(changes as JWTPayload)}`))).toMatchObject({ code: "UNAUTHORIZED", error: "invalid_token" });
  });

  test("signed by another key", async () => {
    const foreign = await openFixture(GRANTS);
    try {
      const token = await forge({}, {}, join(foreign.data, "keys", "token.pem"));
      expect(await failure(login(`Bearer ${token}`))).toMatchObject({ code: "UNAUTHORIZED", error: "invalid_token" });
    } finally {
      await foreign.close();
    }
  });

  test("no signature, another algorithm, another type", async () => {
    const seconds = Math.floor(fixture.now() / 1000);
    const payload = { iss: "opm", aud: "opm", sub: "ann", iat: seconds, nbf: seconds, exp: seconds + 300, jti: "1", access: [] };
    const none = new UnsecuredJWT(payload).encode();
    const shared = await new SignJWT(payload).setProtectedHeader({ alg: "HS256", typ: "JWT" }).sign(await readFile(join(fixture.data, "keys", "token.pem")));
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const curve = await new SignJWT(payload).setProtectedHeader({ alg: "ES256", typ: "JWT" }).sign(privateKey);
    for (const token of [none, shared, curve, await forge({}, { typ: "at+jwt" })]) {
      expect(await failure(login(`Bearer ${token}`))).toMatchObject({ code: "UNAUTHORIZED", error: "invalid_token" });
    }
  });

  test("every character counts", async () => {
    const token = await issue(await ann(), "repository:team/app:pull");
    await login(`Bearer ${token}`);
    const [header = "", payload = "", signature = ""] = token.split(".");
    const wider = Buffer.from(payload, "base64url").toString().replace("pull", "push");
    const flip = (text: string) => (text.startsWith("A") ? `B${text.slice(1)}` : `A${text.slice(1)}`);
    const tampered = [
      `${header}.${Buffer.from(wider).toString("base64url")}.${signature}`,
      `${flip(header)}.${payload}.${signature}`,
      `${header}.${payload}.${flip(signature)}`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `${token}.x`,
    ];
    for (const wrong of tampered) expect(await failure(login(`Bearer ${wrong}`))).toMatchObject({ code: "UNAUTHORIZED", error: "invalid_token" });
    expect((await fixture.logins()).filter((entry) => entry.action === "login.failed")).toEqual([]);
  });
});
