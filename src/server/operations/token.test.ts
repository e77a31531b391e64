import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { decodeJwt } from "jose";
import { ANONYMOUS } from "../../access/principal.ts";
import { basic, CLIENT, type Fixture, failure, openFixture } from "../../access/testing/fixture.ts";
import type { Call, Services } from "../context.ts";
import type { HttpReply } from "../http.ts";
import { getToken, postToken } from "./token.ts";

const PASSWORD = "p&ss=wörd:+%";

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

function documentOf({ body }: HttpReply): unknown {
  return typeof body === "string" ? JSON.parse(body) : undefined;
}

describe("token endpoint", () => {
  let fixture: Fixture;

  beforeEach(async () => {
    fixture = await openFixture([
      { subjects: ["anonymous"], repositories: "public", actions: ["pull"] },
      { subjects: ["user:ann"], repositories: "team/**", actions: ["pull", "push"] },
    ]);
    await fixture.addUser("ann", PASSWORD);
  });
  afterEach(() => fixture.close());

  const call = (search: string, headers: Record<string, string | undefined>, body = ""): Call => {
    const request = { method: "POST", search, header: (name: string) => headers[name], body: bytesOf(body) } as unknown as Call["request"];
    const services = { access: fixture.access } as Services;
    return {
      services,
      request,
      principal: ANONYMOUS,
      actor: { subject: "anonymous", ...CLIENT },
      query: new URLSearchParams(search),
      admitted: () => ANONYMOUS,
    };
  };
  const get = (query: string, authorization?: string) => getToken(call(query, { authorization }));
  const post = (form: Record<string, string> | string, headers: Record<string, string> = {}) =>
    postToken(call("", { "content-type": "application/x-www-form-urlencoded", ...headers }, new URLSearchParams(form).toString()));
  async function accessOf(answer: Promise<HttpReply>): Promise<unknown> {
    const body = documentOf(await answer) as { token: string };
    return decodeJwt(body.token).access;
  }

  test("GET with Basic, as docker does it", async () => {
    const response = await get(
      "account=ann&client_id=docker&offline_token=true&service=opm&scope=repository%3Ateam%2Fapp%3Apull%2Cpush",
      basic("ann", PASSWORD),
    );
    expect(response.status).toBe(200);
    expect(response.headers["Cache-Control"]).toBe("no-store");
    const body = documentOf(response) as Record<string, unknown>;
    expect(body).toEqual({ token: expect.any(String), access_token: body.token, expires_in: 300, issued_at: "2026-01-01T00:00:00.000Z", token_type: "Bearer" });
    expect(decodeJwt(String(body.token)).access).toEqual([{ type: "repository", name: "team/app", actions: ["pull", "push"] }]);
  });

  test("scopes repeated and separated; what is not granted is left out", async () => {
    const access = await accessOf(
      get("scope=repository:team/a:pull&scope=repository:team/b:pull,delete+repository:other:pull+registry:catalog:*", basic("ann", PASSWORD)),
    );
    expect(access).toEqual([
      { type: "repository", name: "team/a", actions: ["pull"] },
      { type: "repository", name: "team/b", actions: ["pull"] },
      { type: "registry", name: "catalog", actions: ["*"] },
    ]);
  });

  test("without credentials: what anonymous may", async () => {
    expect(await accessOf(get("scope=repository:public:pull,push"))).toEqual([{ type: "repository", name: "public", actions: ["pull"] }]);
  });

  test("POST with a password, as containerd does it", async () => {
    const form = {
      grant_type: "password",
      service: "opm",
      client_id: "x",
      username: "ann",
      password: PASSWORD,
      scope: "repository:team/a:pull repository:team/b:push",
    };
    expect(await accessOf(post(form))).toEqual([
      { type: "repository", name: "team/a", actions: ["pull"] },
      { type: "repository", name: "team/b", actions: ["push"] },
    ]);
  });

  test("POST with an access token as refresh token", async () => {
    const { text } = await fixture.addToken({ user: "ann", scopes: [{ repositories: "team/a", actions: ["pull"] }] });
    const form = { grant_type: "refresh_token", refresh_token: text, scope: "repository:team/a:pull,push" };
    expect(await accessOf(post(form, { "content-type": "application/x-www-form-urlencoded; charset=utf-8" }))).toEqual([
      { type: "repository", name: "team/a", actions: ["pull"] },
    ]);
    expect(await failure(post({ ...form, refresh_token: "wrong" }))).toMatchObject({ status: 401 });
  });

  test("wrong credentials: 401, whatever the way", async () => {
    expect(await failure(get("", basic("ann", "wrong")))).toMatchObject({ code: "UNAUTHORIZED" });
    expect(await failure(post({ grant_type: "password", username: "ann", password: "wrong" }))).toMatchObject({ code: "UNAUTHORIZED" });
    expect((await fixture.logins()).map((entry) => [entry.action, entry.actor.subject])).toEqual([
      ["login.failed", "ann"],
      ["login.failed", "ann"],
    ]);
  });

  test.each(["repository:a", "repository:A:pull", "%00", "repository:../a:pull"])("malformed scope %s: 400", async (scope) => {
    expect(await failure(get(`scope=${scope}`))).toMatchObject({ status: 400 });
  });

  test("malformed forms", async () => {
    const user = { username: "ann", password: PASSWORD };
    expect(await failure(post(user))).toMatchObject({ status: 400, message: expect.stringContaining("grant_type once") });
    expect(await failure(post({ ...user, grant_type: "authorization_code" }))).toMatchObject({ status: 400 });
    expect(await failure(post({ grant_type: "password", username: "ann" }))).toMatchObject({ status: 400 });
    expect(await failure(post("grant_type=password&username=ann&username=bob&password=x"))).toMatchObject({ status: 400 });
    expect(await failure(post({ ...user, padding: "x".repeat(70_000) }))).toMatchObject({ status: 413 });
    expect(await failure(post({}, { "content-type": "application/json" }))).toMatchObject({ status: 415 });
  });

  test("more scopes than a header has room for", async () => {
    const scopes = Array.from({ length: 90 }, (_, index) => `repository:team/${"x".repeat(150)}${index}:pull`).join(" ");
    expect(await failure(get(new URLSearchParams({ scope: scopes }).toString(), basic("ann", PASSWORD)))).toMatchObject({ status: 400 });
  });
});
