import { beforeAll, describe, expect, test } from "bun:test";
import { pushTiny } from "../conformance/pushing.ts";
import { addUser, createToken, opm } from "../support/accounts.ts";
import { eventually } from "../support/eventually.ts";
import { expectError, expectStatus } from "../support/expectations.ts";
import { basic, useGuardedRegistry } from "./guarded-registry.ts";

const { as, server, with: withAuthorization } = useGuardedRegistry();

beforeAll(async () => {
  await addUser(server(), "ann", "correct horse");
  for (const repository of ["team/app", "team/b/app", "other/app"]) await pushTiny(as("admin"), repository);
}, 60_000);

const create = (...more: string[]) => createToken(server(), "ann", ...more);
const idOf = (token: string) => String(token.split("_")[1]);
const holding = (token: string) => withAuthorization(`Bearer ${token}`);
const LIST = "/v2/team/app/tags/list";

/** From now on, whatever way the token is sent. */
async function expectDead(token: string): Promise<void> {
  for (const authorization of [`Bearer ${token}`, basic("ann", token), basic("token", token)]) {
    const answer = await withAuthorization(authorization).get(LIST);
    expectError(answer, 401, "UNAUTHORIZED");
    expect(answer.headers.get("WWW-Authenticate")).toContain('error="invalid_token"');
  }
  expectError(await withAuthorization(basic("ann", token)).get("/token?service=opm"), 401, "UNAUTHORIZED");
}

/** A bearer token that was issued for an access token. */
async function exchange(token: string): Promise<string> {
  const answer = await withAuthorization(basic("ann", token)).get("/token?service=opm&scope=repository:team/app:pull");
  expectStatus(answer, 200);
  return (answer.json() as { token: string }).token;
}

describe("an access token", () => {
  test("serves as password, as that of the user 'token', and as bearer token", async () => {
    const token = await create();
    for (const authorization of [basic("ann", token), basic("token", token), `Bearer ${token}`, `Bearer ${await exchange(token)}`]) {
      expectStatus(await withAuthorization(authorization).get(LIST), 200);
    }
  });

  test("is of no use under the name of somebody else", async () => {
    expectError(await withAuthorization(basic("admin", await create())).get("/v2/"), 401, "UNAUTHORIZED");
  });

  test("does what both its scopes and its user's grants allow", async () => {
    const client = holding(await create("--scope", "team/app:pull", "--scope", "other/**:pull,push"));
    expectStatus(await client.get(LIST), 200);
    expectError(await client.post("team/app"), 403, "DENIED");
    expectError(await client.get("/v2/team/b/app/tags/list"), 404, "NAME_UNKNOWN");
    expectError(await client.get("/v2/other/app/tags/list"), 404, "NAME_UNKNOWN");
    expectError(await client.post("other/app"), 403, "DENIED");
    expect((await client.get("/v2/_catalog")).json()).toEqual({ repositories: ["team/app"] });
    expect((await client.get("/v2/_catalog?n=1")).headers.get("Link")).toBeNull();
  });

  test("ends when it expires, and so does what was issued for it", async () => {
    const token = await create("--expires", "3s");
    const bearer = await exchange(token);
    await eventually("the token expires", async () => (await holding(token).get(LIST)).status === 401);
    await expectDead(token);
    expectError(await holding(bearer).get(LIST), 401, "UNAUTHORIZED");
  });

  test("ends when it is revoked, and so does what was issued for it", async () => {
    const token = await create();
    const bearer = await exchange(token);
    expectStatus(await holding(bearer).get(LIST), 200);
    await opm(server(), ["token", "revoke", idOf(token)]);
    await eventually("the revocation is seen", async () => (await holding(token).get(LIST)).status === 401);
    await expectDead(token);
    expectError(await holding(bearer).get(LIST), 401, "UNAUTHORIZED");
  });

  test.each([
    ["with another secret", (token: string) => token.replace(/.{20}$/, (end) => [...end].reverse().join(""))],
    ["of another id", (token: string) => token.replace(idOf(token), "000000000000")],
    ["cut off", (token: string) => token.slice(0, -1)],
    ["that goes on", (token: string) => `${token}x`],
  ])("%s is none", async (_name, change) => {
    expectError(await holding(change(await create())).get(LIST), 401, "UNAUTHORIZED");
  });

  test("ends with its user, as do the password and what was issued for it", async () => {
    const [token, password] = [await create(), withAuthorization(basic("ann", "correct horse"))];
    const clients = [holding(token), holding(await exchange(token)), password];
    for (const client of clients) expectStatus(await client.get(LIST), 200);
    await opm(server(), ["user", "remove", "ann"]);
    for (const client of clients) await eventually("the removal is seen", async () => (await client.get(LIST)).status === 401);

    // A new user of the name is somebody else.
    await addUser(server(), "ann", "battery staple");
    await eventually("the new user is seen", async () => (await withAuthorization(basic("ann", "battery staple")).get(LIST)).status === 200);
    await expectDead(token);
    expectError(await password.get(LIST), 401, "UNAUTHORIZED");
  });
});
