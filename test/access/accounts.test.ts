import { describe, expect, test } from "bun:test";
import type { Answer } from "../support/answer.ts";
import { eventually } from "../support/eventually.ts";
import { expectError, expectStatus } from "../support/expectations.ts";
import type { RegistryClient } from "../support/registry-client.ts";
import { basic, passwordOf, useGuardedRegistry } from "./guarded-registry.ts";

const { anonymous, as, with: withAuthorization, bearer } = useGuardedRegistry();
const admin = as("admin");

function send(client: RegistryClient, method: string, path: string, body?: unknown): Promise<Answer> {
  return client.request(method, path, body === undefined ? {} : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

let number = 0;

/** A new account, with its name and password. */
async function newUser(groups: readonly string[] = []): Promise<{ readonly name: string; readonly password: string; readonly client: RegistryClient }> {
  const name = `user-${number++}`;
  const password = `password of ${name}`;
  expectStatus(await send(admin, "POST", "/api/v1/users", { name, password, groups }), 200);
  return { name, password, client: withAuthorization(basic(name, password)) };
}

describe("accounts by the API", () => {
  test("are created once, listed in pages, changed and removed", async () => {
    const { name, client } = await newUser(["dev"]);
    expectError(await send(admin, "POST", "/api/v1/users", { name, password: "another one" }), 409, "CONFLICT");
    const user = (await admin.get(`/api/v1/users/${name}`)).json();
    expect(user).toEqual({ name, groups: ["dev"], disabled: false, createdAt: expect.any(String), passwordChangedAt: null });
    await newUser();
    const first = await admin.get("/api/v1/users?n=1");
    expect((first.json() as { users: unknown[] }).users).toHaveLength(1);
    expect(first.headers.get("Link")).toContain("cursor=");
    const edited = (await send(admin, "PATCH", `/api/v1/users/${name}`, { addGroups: ["ops"], removeGroups: ["dev"] })).json();
    expect(edited).toMatchObject({ groups: ["ops"], disabled: false });
    expect((await client.get("/api/v1/account")).json()).toMatchObject({ name, groups: ["ops"], source: "accounts" });
    expectStatus(await send(admin, "DELETE", `/api/v1/users/${name}`), 200);
    expectError(await admin.get(`/api/v1/users/${name}`), 404, "USER_UNKNOWN");
    for (const [method, body] of [
      ["DELETE", undefined],
      ["PATCH", { disabled: true }],
    ] as const) {
      expectError(await send(admin, method, `/api/v1/users/${name}`, body), 404, "USER_UNKNOWN");
    }
    expectError(await send(admin, "PUT", `/api/v1/users/${name}/password`, { password: "long enough" }), 404, "USER_UNKNOWN");
  });

  test("a disabled account lets nobody in from one moment to the next, by password, token or bearer token", async () => {
    const { name, client } = await newUser();
    const { token } = (await send(client, "POST", "/api/v1/account/tokens", {})).json() as { token: string };
    const issued = ((await client.get("/token?service=opm&scope=registry:account:*")).json() as { token: string }).token;
    const clients = [client, withAuthorization(`Bearer ${token}`), withAuthorization(`Bearer ${issued}`)];
    for (const one of clients) expectStatus(await one.get("/api/v1/account"), 200);
    expectStatus(await send(admin, "PATCH", `/api/v1/users/${name}`, { disabled: true }), 200);
    for (const one of clients) {
      await eventually("it is locked out", async () => (await one.get("/api/v1/account")).status !== 200);
      expectError(await one.get("/api/v1/account"), 401, "UNAUTHORIZED");
    }
    expectStatus(await send(admin, "PATCH", `/api/v1/users/${name}`, { disabled: false }), 200);
    for (const one of clients) await eventually("it is let in again", async () => (await one.get("/api/v1/account")).status === 200);
  });

  test.each([
    ["POST", "/api/v1/users", { name: "Zoe", password: "long enough" }],
    ["POST", "/api/v1/users", { name: "anonymous", password: "long enough" }],
    ["POST", "/api/v1/users", { name: "token", password: "long enough" }],
    ["POST", "/api/v1/users", { name: "short", password: "short" }],
    ["POST", "/api/v1/users", { name: "group", password: "long enough", groups: ["a b"] }],
    ["POST", "/api/v1/users", { name: "more", password: "long enough", admin: true }],
    ["POST", "/api/v1/tokens", { user: "admin", expiresAt: "2001-01-01T00:00:00Z" }],
    ["POST", "/api/v1/tokens", { user: "admin", scopes: [{ repositories: "A", actions: ["pull"] }] }],
    ["POST", "/api/v1/tokens", { user: "admin", scopes: [{ repositories: "a", actions: ["fly"] }] }],
  ])("%s %s %j is refused", async (method, path, body) => {
    const refused = await send(admin, method, path, body);
    expectError(refused, 400, "BODY_INVALID");
    expect(refused.text()).not.toContain("long enough");
  });

  test("those of an htpasswd file are changed there: the refusal says so, and rights and tokens know them", async () => {
    const refused = await send(admin, "PATCH", "/api/v1/users/puller", { disabled: true });
    expectError(refused, 404, "USER_UNKNOWN");
    expect(refused.text()).toContain("htpasswd");
    expect((await admin.get("/api/v1/users/puller/rights?repository=team/app")).json()).toMatchObject({ user: "puller", actions: ["pull"] });
    expectStatus(await send(admin, "POST", "/api/v1/tokens", { user: "puller" }), 200);
    expectError(await send(admin, "POST", "/api/v1/tokens", { user: "nobody" }), 404, "USER_UNKNOWN");
  });

  test("nobody locks himself out", async () => {
    const { name, client } = await newUser();
    expectStatus(
      await send(admin, "POST", "/api/v1/catalog", {
        catalog: { version: 1, grants: [{ subjects: [`user:${name}`], repositories: "**", actions: ["admin"] }] },
      }),
      200,
    );
    expectError(await send(client, "DELETE", `/api/v1/users/${name}`), 409, "CONFLICT");
    expectError(await send(client, "PATCH", `/api/v1/users/${name}`, { disabled: true }), 409, "CONFLICT");
    expectStatus(await send(client, "PATCH", `/api/v1/users/${name}`, { addGroups: ["x"] }), 200);
  });
});

describe("one's own account", () => {
  test("is for those who are logged in", async () => {
    for (const [method, path] of [
      ["GET", ""],
      ["GET", "/rights"],
      ["GET", "/tokens"],
      ["POST", "/tokens"],
      ["PUT", "/password"],
      ["DELETE", "/tokens/x"],
    ] as const) {
      const refused = await send(anonymous, method, `/api/v1/account${path}`, method === "GET" || method === "DELETE" ? undefined : {});
      expectError(refused, 401, "UNAUTHORIZED");
      expect(refused.headers.get("WWW-Authenticate")).toContain("Bearer realm=");
      const listing = withAuthorization(`Bearer ${await bearer("admin", "registry:catalog:*", "registry:administration:*")}`);
      const narrow = await send(listing, method, `/api/v1/account${path}`, method === "GET" || method === "DELETE" ? undefined : {});
      expectError(narrow, 401, "UNAUTHORIZED");
      expect(narrow.headers.get("WWW-Authenticate")).toContain('scope="registry:account:*",error="insufficient_scope"');
    }
  });

  test("says who, of which groups and rank, and how", async () => {
    expect((await as("writer").get("/api/v1/account")).json()).toEqual({
      name: "writer",
      anonymous: false,
      groups: [],
      source: "htpasswd",
      administrator: false,
      open: false,
      accessToken: null,
      scopes: null,
    });
    expect((await admin.get("/api/v1/account")).json()).toMatchObject({ administrator: true });
    const scopes = [{ repositories: "team/**", actions: ["pull"] }];
    const { id, token } = (await send(admin, "POST", "/api/v1/account/tokens", { scopes })).json() as { id: string; token: string };
    const scoped = withAuthorization(`Bearer ${token}`);
    expect((await scoped.get("/api/v1/account")).json()).toMatchObject({ name: "admin", administrator: false, accessToken: id, scopes });
    expect((await scoped.get("/api/v1/account/rights?repository=team/app")).json()).toMatchObject({ actions: ["pull"], scopes });
    const issued = withAuthorization(`Bearer ${await bearer("writer", "registry:account:*")}`);
    expect((await issued.get("/api/v1/account/rights?repository=team/app")).json()).toMatchObject({
      actions: ["pull", "push"],
      reasons: [{ source: "configuration", subjects: ["user:writer"], repositories: "team/**", actions: ["pull", "push"], project: null }],
      scopes: null,
    });
  });

  test("a password is changed by who knows the one before; tokens stay", async () => {
    const { name, password, client } = await newUser();
    const { token } = (await send(client, "POST", "/api/v1/account/tokens", { description: "ci" })).json() as { token: string };
    expectError(await send(client, "PUT", "/api/v1/account/password", { current: "not that one", password: "a new password" }), 401, "UNAUTHORIZED");
    expectError(await send(client, "PUT", "/api/v1/account/password", { current: password, password: "short" }), 400, "BODY_INVALID");
    expectStatus(await send(client, "PUT", "/api/v1/account/password", { current: password, password: "a new password" }), 200);
    await eventually("the password before is refused", async () => (await client.get("/api/v1/account")).status !== 200);
    expectError(await client.get("/api/v1/account"), 401, "UNAUTHORIZED");
    expectStatus(await withAuthorization(basic(name, "a new password")).get("/api/v1/account"), 200);
    expectStatus(await withAuthorization(`Bearer ${token}`).get("/api/v1/account"), 200);
    expectError(
      await send(as("puller"), "PUT", "/api/v1/account/password", { current: passwordOf("puller"), password: "a new password" }),
      404,
      "USER_UNKNOWN",
    );
  });

  test("an access token cannot make another one, or change the password, be its scope as wide as it may", async () => {
    const { password, client } = await newUser();
    const { id, token } = (await send(client, "POST", "/api/v1/account/tokens", {})).json() as { id: string; token: string };
    const byToken = withAuthorization(`Bearer ${token}`);
    const issued = ((await byToken.get("/token?service=opm&scope=registry:account:*")).json() as { token: string }).token;
    for (const one of [byToken, withAuthorization(`Bearer ${issued}`)]) {
      expectError(await send(one, "POST", "/api/v1/account/tokens", {}), 403, "DENIED");
      expectError(await send(one, "PUT", "/api/v1/account/password", { current: password, password: "a new password" }), 403, "DENIED");
      expectError(await send(one, "DELETE", `/api/v1/account/tokens/${id}`), 403, "DENIED");
      expectStatus(await one.get("/api/v1/account/tokens"), 200);
    }
  });

  test("has its own tokens and no others", async () => {
    const [one, other] = [await newUser(), await newUser()];
    const mine = (await send(one.client, "POST", "/api/v1/account/tokens", { description: "mine" })).json() as { id: string; token: string };
    const listed = await one.client.get("/api/v1/account/tokens");
    expect(listed.json()).toMatchObject({ tokens: [{ id: mine.id, user: one.name, description: "mine", state: "valid", scopes: [] }] });
    expect(listed.text()).not.toContain(mine.token);
    expect((await other.client.get("/api/v1/account/tokens")).json()).toEqual({ tokens: [] });
    expectError(await send(other.client, "DELETE", `/api/v1/account/tokens/${mine.id}`), 404, "TOKEN_UNKNOWN");
    expectError(await send(other.client, "DELETE", `/api/v1/tokens/${mine.id}`), 403, "DENIED");
    expectStatus(await send(one.client, "DELETE", `/api/v1/account/tokens/${mine.id}`), 200);
    expectError(await send(one.client, "DELETE", `/api/v1/account/tokens/${mine.id}`), 404, "TOKEN_UNKNOWN");
    const again = (await send(admin, "POST", "/api/v1/tokens", { user: one.name })).json() as { id: string };
    expectStatus(await send(admin, "DELETE", `/api/v1/tokens/${again.id}`), 200);
    expect((await admin.get(`/api/v1/tokens?user=${one.name}`)).json()).toMatchObject({ tokens: [{ state: "revoked" }, { state: "revoked" }] });
  });

  test("why somebody may do something is for administrators, and for that person", async () => {
    const path = "/api/v1/users/anonymous/rights?repository=public/app";
    expect((await admin.get(path)).json()).toMatchObject({ user: "anonymous", actions: ["pull"], reasons: [{ repositories: "public/**" }] });
    expectError(await as("writer").get("/api/v1/users/writer/rights"), 403, "DENIED");
    expectError(await admin.get("/api/v1/users/nobody/rights"), 404, "USER_UNKNOWN");
    expectError(await admin.get("/api/v1/users/writer/rights?repository=Team"), 400, "PARAMETER_INVALID");
  });
});

test("the audit record names who did what, and nothing secret", async () => {
  const { name, password, client } = await newUser(["dev"]);
  const { id, token } = (await send(client, "POST", "/api/v1/account/tokens", {})).json() as { id: string; token: string };
  await send(client, "PUT", "/api/v1/account/password", { current: password, password: "a new password" });
  const audit = await admin.get("/api/v1/audit?n=50");
  const entries = (audit.json() as { entries: { action: string; subject: string; reference: string | null }[] }).entries;
  const told = entries.map(({ action, subject, reference }) => [action, subject, reference]);
  expect(told).toContainEqual(["user.create", "admin", name]);
  expect(told).toContainEqual(["token.create", name, id]);
  expect(told).toContainEqual(["user.password", name, name]);
  for (const secret of [password, "a new password", token]) expect(audit.text()).not.toContain(secret);
});
