import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Grant } from "./grant.ts";
import { ANONYMOUS, type Principal } from "./principal.ts";
import { parseScopes } from "./scope.ts";
import { basic, CLIENT, type Fixture, failure, openFixture } from "./testing/fixture.ts";

const GRANTS: readonly Grant[] = [
  { subjects: ["anonymous"], repositories: "public/**", actions: ["pull"] },
  { subjects: ["user:ann"], repositories: "team/**", actions: ["pull", "push"] },
  { subjects: ["user:ann"], repositories: "drop/**", actions: ["push"] },
  { subjects: ["user:root"], repositories: "**", actions: ["admin"] },
];

const ann: Principal = { name: "ann", anonymous: false, groups: [], scopes: undefined };
const root: Principal = { ...ann, name: "root" };

describe("authorize", () => {
  let fixture: Fixture;

  beforeEach(async () => {
    fixture = await openFixture(GRANTS);
    await fixture.addUser("ann", "password of ann");
  });
  afterEach(() => fixture.close());

  /** `ann` or anonymous, with a bearer token for these scopes. */
  async function bearer(authorization: string | null, ...scopes: string[]): Promise<Principal> {
    const { token } = await fixture.access.issueToken(await fixture.access.authenticate(authorization, CLIENT), parseScopes(scopes), CLIENT);
    return await fixture.access.authenticate(`Bearer ${token}`, CLIENT);
  }
  const refusal = (principal: Principal, action: "pull" | "push" | "delete" | "admin", name: string) =>
    failure(() => fixture.access.authorize(principal, action, name));

  test("what is granted passes", () => {
    fixture.access.authorize(ANONYMOUS, "pull", "public/x");
    fixture.access.authorize(ann, "push", "team/app");
    fixture.access.authorize(root, "delete", "anything");
    expect(fixture.access.open).toBe(false);
  });

  test("anonymous is asked to log in, with the scope that it takes", async () => {
    expect(await refusal(ANONYMOUS, "pull", "team/app")).toMatchObject({ status: 401, scope: "repository:team/app:pull", error: undefined });
    expect(await refusal(ANONYMOUS, "push", "public/x")).toMatchObject({ status: 401, scope: "repository:public/x:pull,push" });
    expect(await refusal(await bearer(null, "repository:team/app:pull"), "pull", "team/app")).toMatchObject({ status: 401 });
  });

  test("a known user learns nothing of a repository without any right on it", async () => {
    expect(await refusal(ann, "pull", "secret")).toMatchObject({ code: "NAME_UNKNOWN", status: 404, message: "repository name not known to registry" });
    expect(await refusal(ann, "push", "secret")).toMatchObject({ code: "DENIED", status: 403 });
    expect(await refusal(ann, "pull", "drop/x")).toMatchObject({ code: "DENIED", status: 403 });
    expect(await refusal(ann, "delete", "team/app")).toMatchObject({ code: "DENIED", status: 403 });
    const scoped: Principal = { ...ann, scopes: [{ repositories: "team/app", actions: ["pull"] }] };
    expect(await refusal(scoped, "pull", "team/other")).toMatchObject({ code: "NAME_UNKNOWN" });
  });

  test("a bearer token that is too narrow is told from a missing right", async () => {
    const header = basic("ann", "password of ann");
    const narrow = await bearer(header, "repository:team/app:pull");
    expect(await refusal(narrow, "push", "team/app")).toMatchObject({ status: 401, error: "insufficient_scope", scope: "repository:team/app:pull,push" });
    expect(await refusal(narrow, "delete", "team/app")).toMatchObject({ status: 403 });
    expect(await refusal(narrow, "pull", "secret")).toMatchObject({ status: 404 });
  });

  test("the base endpoint wants any credentials, a token for anonymous included", async () => {
    expect(await failure(() => fixture.access.authorizePing(ANONYMOUS))).toMatchObject({ status: 401 });
    fixture.access.authorizePing(ann);
    fixture.access.authorizePing(await bearer(null));
  });

  test("lists: what may be pulled; a bearer token needs the scope of lists", async () => {
    fixture.access.authorizeCatalog(ANONYMOUS);
    fixture.access.authorizeCatalog(ann);
    expect(fixture.access.filter(ANONYMOUS, "pull").prefixes).toEqual(["public/"]);
    const header = basic("ann", "password of ann");
    const narrow = await bearer(header, "repository:team/app:pull");
    expect(await failure(() => fixture.access.authorizeCatalog(narrow))).toMatchObject({ error: "insufficient_scope", scope: "registry:catalog:*" });
    const wide = await bearer(header, "registry:catalog:*");
    fixture.access.authorizeCatalog(wide);
    expect(fixture.access.filter(wide, "pull").prefixes).toEqual(["public/", "team/"]);
    expect(await refusal(wide, "pull", "team/app")).toMatchObject({ error: "insufficient_scope" });
    const closed = await fixture.reopen({}, [GRANTS[1] as Grant]);
    expect(await failure(() => closed.authorizeCatalog(ANONYMOUS))).toMatchObject({ status: 401, scope: "registry:catalog:*" });
  });

  test("administration takes admin on everything", async () => {
    fixture.access.authorizeAdministration(root);
    expect(await failure(() => fixture.access.authorizeAdministration(ann))).toMatchObject({ code: "DENIED" });
    expect(await failure(() => fixture.access.authorizeAdministration(ANONYMOUS))).toMatchObject({ status: 401 });
    expect(await failure(() => fixture.access.authorizeAdministration({ ...root, scopes: [{ repositories: "team/*", actions: ["admin"] }] }))).toMatchObject({
      code: "DENIED",
    });
  });

  test("a bearer token administrates only where it was issued for that, whatever its holder may do", async () => {
    await fixture.addUser("root", "password of root");
    const header = basic("root", "password of root");
    for (const scopes of [["registry:catalog:*"], ["registry:account:*"], ["repository:team/app:*"], ["registry:catalog:*", "repository:team/app:*"]]) {
      const narrow = await bearer(header, ...scopes);
      expect(await failure(() => fixture.access.authorizeAdministration(narrow))).toMatchObject({ status: 401, scope: "registry:administration:*" });
      for (const action of ["push", "delete", "admin"] as const) {
        expect([action, fixture.access.filter(narrow, action).matches("other/app")]).toEqual([action, false]);
        expect([action, fixture.access.actions(narrow, "other/app").includes(action)]).toEqual([action, false]);
      }
    }
    const wide = await bearer(header, "registry:administration:*");
    fixture.access.authorizeAdministration(wide);
    expect(fixture.access.filter(wide, "admin").all).toBe(true);
    expect(await failure(() => fixture.access.authorizeCatalog(wide))).toMatchObject({ status: 401, scope: "registry:catalog:*" });
    expect(await refusal(wide, "delete", "other/app")).toMatchObject({ error: "insufficient_scope" });
    const claimed = await bearer(basic("ann", "password of ann"), "registry:administration:*");
    expect(await failure(() => fixture.access.authorizeAdministration(claimed))).toMatchObject({ code: "DENIED" });
  });

  test("one's own account takes a log-in, a bearer token its scope, and a change the password", async () => {
    const { access } = fixture;
    const header = basic("ann", "password of ann");
    for (const change of [true, false]) {
      expect(await failure(() => access.authorizeAccount(ANONYMOUS, { change }))).toMatchObject({ status: 401, scope: "registry:account:*" });
      access.authorizeAccount(ann, { change });
      access.authorizeAccount(await bearer(header, "registry:account:*"), { change });
      const narrow = await bearer(header, "registry:catalog:*", "registry:administration:*", "repository:team/app:*");
      expect(await failure(() => access.authorizeAccount(narrow, { change }))).toMatchObject({ status: 401, scope: "registry:account:*" });
    }
    const { text } = await fixture.addToken({ user: "ann" });
    for (const principal of [await access.authenticate(`Bearer ${text}`, CLIENT), await bearer(`Bearer ${text}`, "registry:account:*")]) {
      access.authorizeAccount(principal, { change: false });
      expect(await failure(() => access.authorizeAccount(principal, { change: true }))).toMatchObject({ code: "DENIED" });
    }
    const open = await fixture.reopen({ settings: { groups: {}, tokenLifetime: 300_000 } });
    open.authorizeAccount(ANONYMOUS, { change: false });
    expect(await failure(() => open.authorizeAccount(ANONYMOUS, { change: true }))).toMatchObject({ status: 401 });
  });

  test("open mode: everybody may everything but `admin` on repositories, and wrong credentials are still wrong", async () => {
    const open = await fixture.reopen({ settings: { groups: {}, tokenLifetime: 300_000 } });
    expect(open.open).toBe(true);
    for (const action of ["pull", "push", "delete"] as const) open.authorize(ANONYMOUS, action, "any/thing");
    open.authorizePing(ANONYMOUS);
    open.authorizeAdministration(ANONYMOUS);
    expect(open.may(ANONYMOUS, "admin", "any/thing")).toBe(false);
    expect(open.filter(ANONYMOUS, "pull").all).toBe(true);
    expect(await failure(open.authenticate(basic("ann", "wrong"), CLIENT))).toMatchObject({ status: 401 });
  });
});
