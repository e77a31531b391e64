import { describe, expect, test } from "bun:test";
import { useGuardedRegistry } from "../access/guarded-registry.ts";
import { expectError, expectStatus } from "../support/expectations.ts";
import { call, pushImage, putProject, send } from "./packages.ts";

const { anonymous, as, with: withAuthorization, bearer, server } = useGuardedRegistry();
const admin = () => as("admin");

const tagsPath = (repository: string) => `/v2/${repository}/tags/list`;
const apply = (catalog: unknown) => call(admin(), "POST", "/api/v1/catalog", { catalog });

describe("declared grants", () => {
  test("count at once, add to those of the configuration, and are taken back at once", async () => {
    await pushImage(admin(), "given/app", "v1");
    expectStatus(await as("stranger").get(tagsPath("given/app")), 404);
    await apply({ version: 1, grants: [{ subjects: ["user:stranger"], repositories: "given/**", actions: ["pull", "push"] }] });
    expectStatus(await as("stranger").get(tagsPath("given/app")), 200);
    await pushImage(as("stranger"), "given/other", "v1");
    await pushImage(as("stranger"), "other/app", "v1");
    await apply({ version: 1, grants: [] });
    expectStatus(await as("stranger").get(tagsPath("given/app")), 404);
    expectStatus(await as("stranger").get(tagsPath("other/app")), 200);
  });

  test("reach bearer tokens that were issued before", async () => {
    await pushImage(admin(), "running/app", "v1");
    const grants = [{ subjects: ["user:stranger"], repositories: "running/**", actions: ["pull"] }];
    await apply({ version: 1, grants });
    const holder = withAuthorization(`Bearer ${await bearer("stranger", "repository:running/app:pull")}`);
    expectStatus(await holder.get(tagsPath("running/app")), 200);
    await apply({ version: 1, grants: [] });
    expectStatus(await holder.get(tagsPath("running/app")), 404);
    await apply({ version: 1, grants });
    expectStatus(await holder.get(tagsPath("running/app")), 200);
  });

  test("are in the audit record", async () => {
    await apply({ version: 1, grants: [{ subjects: ["user:stranger"], repositories: "noted/**", actions: ["pull"] }] });
    const { entries } = await call<{ entries: unknown[] }>(admin(), "GET", "/api/v1/audit?action=grants.set&n=1");
    expect(entries).toMatchObject([{ subject: "admin", action: "grants.set", detail: { grants: [{ repositories: "noted/**" }] } }]);
  });

  test("outlive a restart", async () => {
    await pushImage(admin(), "lasting/app", "v1");
    await apply({ version: 1, grants: [{ subjects: ["user:stranger"], repositories: "lasting/**", actions: ["pull"] }] });
    await server().restart();
    expectStatus(await as("stranger").get(tagsPath("lasting/app")), 200);
  });
});

describe("a public project", () => {
  test("lets anonymous pull, and list, what belongs to it and nothing else", async () => {
    for (const repository of ["open/shop/cart", "open/other/app", "legacy/cart", "legacy/secret/key"]) await pushImage(admin(), repository, "v1");
    await putProject(admin(), "open/shop", { visibility: "public", repositories: ["legacy/**"] });
    await putProject(admin(), "open/hidden", { repositories: ["legacy/secret/**"] });
    for (const repository of ["open/shop/cart", "legacy/cart"]) {
      expectStatus(await anonymous.get(`/v2/${repository}/manifests/v1`), 200);
      expectStatus(await as("stranger").get(tagsPath(repository)), 200);
      expectStatus(await anonymous.post(repository), 401);
    }
    for (const repository of ["open/other/app", "legacy/secret/key"]) {
      expectStatus(await anonymous.get(`/v2/${repository}/manifests/v1`), 401);
      expectStatus(await as("stranger").get(tagsPath(repository)), 404);
    }
    const names = async (path: string) => JSON.stringify((await anonymous.get(path)).json());
    for (const path of ["/v2/_catalog?n=1000", "/v2/_opm/catalog/repositories?n=1000", "/v2/_opm/catalog/search?q=key", "/v2/_opm/catalog/facets"]) {
      expect(await names(path)).not.toContain("secret");
      expect(await names(path)).not.toContain("open/other");
    }
    expect(await names("/v2/_catalog?n=1000")).toContain("legacy/cart");

    await putProject(admin(), "open/shop", { visibility: "private", repositories: ["legacy/**"] });
    expectStatus(await anonymous.get("/v2/legacy/cart/manifests/v1"), 401);
  });

  test("tells clients by a bearer token of anonymous, too", async () => {
    await pushImage(admin(), "fair/stand/app", "v1");
    await putProject(admin(), "fair/stand", { visibility: "public" });
    const visitor = withAuthorization(`Bearer ${await bearer(undefined, "repository:fair/stand/app:pull,push")}`);
    expectStatus(await visitor.get(tagsPath("fair/stand/app")), 200);
    expect((await visitor.post("fair/stand/app")).status).toBe(401);
  });
});

describe("who may change what is declared", () => {
  test("administrators of a namespace or project, and no wider", async () => {
    const grants = [
      { subjects: ["user:writer"], repositories: "owned/**", actions: ["admin"] },
      { subjects: ["user:puller"], repositories: "owned/shop/**", actions: ["admin"] },
      { subjects: ["user:deleter"], repositories: "owned/shop/*", actions: ["admin"] },
    ];
    await apply({ version: 1, grants });
    expectStatus(await send(as("writer"), "PUT", "/api/v1/namespaces/owned", { description: "mine" }), 200);
    expectStatus(await send(as("writer"), "PUT", "/api/v1/projects/owned/tools", {}), 200);
    expectStatus(await send(as("writer"), "PUT", "/api/v1/projects/owned/_", {}), 200);
    expectStatus(await send(as("puller"), "PUT", "/api/v1/projects/owned/shop", { visibility: "private" }), 200);
    expectStatus(await send(as("puller"), "DELETE", "/api/v1/projects/owned/shop"), 200);
    const refused: readonly (readonly ["writer" | "puller" | "deleter", string, string, unknown?])[] = [
      ["writer", "PUT", "/api/v1/namespaces/owned2", {}],
      ["writer", "PUT", "/api/v1/projects/owned/shop", { repositories: ["team/**"] }],
      ["puller", "PUT", "/api/v1/namespaces/owned", {}],
      ["puller", "PUT", "/api/v1/projects/owned/tools", {}],
      ["puller", "PUT", "/api/v1/projects/owned/_", {}],
      // What lies deeper belongs to the project, and not to this grant.
      ["deleter", "PUT", "/api/v1/projects/owned/shop", { visibility: "public" }],
      ["writer", "POST", "/api/v1/catalog", { catalog: { version: 1 } }],
      ["writer", "GET", "/api/v1/catalog"],
      ["writer", "GET", "/api/v1/audit"],
      ["writer", "PUT", "/api/v1/types", { type: "a", rule: "deny" }],
      ["writer", "DELETE", "/api/v1/types?type=a"],
    ];
    for (const [user, method, path, body] of refused) {
      expectError(await send(as(user), method, path, body), 403, "DENIED");
      expectError(await send(anonymous, method, path, body), 401, "UNAUTHORIZED");
    }
    await apply({ version: 1, grants: [] });
  });

  test("who may push creates a repository; changing and removing it takes more", async () => {
    const path = "/api/v1/repositories/team/new/app";
    expectError(await send(as("puller"), "PUT", path, {}), 403, "DENIED");
    expectStatus(await send(as("pusher"), "PUT", path, { description: "new" }), 200);
    expectError(await send(as("pusher"), "PUT", path, { description: "changed" }), 403, "DENIED");
    for (const user of ["pusher", "deleter"] as const) expectError(await send(as(user), "DELETE", path), 403, "DENIED");
    expectStatus(await send(as("admin"), "DELETE", path), 200);
  });

  test("a refusal does not tell whether there is such a repository", async () => {
    await pushImage(admin(), "team/here/app", "v1");
    for (const method of ["PUT", "DELETE"]) {
      const answers = await Promise.all(["here", "nowhere"].map((part) => send(as("stranger"), method, `/api/v1/repositories/team/${part}/app`, {})));
      const [here, nowhere] = answers.map((answer) => [answer.status, answer.text().replaceAll("nowhere", "here")]);
      expect(here).toEqual(nowhere);
      expect(here?.[0]).toBe(403);
    }
  });

  test("a bearer token carries administration where it was issued for that, and not where it was for lists or a repository", async () => {
    const administration = withAuthorization(`Bearer ${await bearer("admin", "registry:administration:*")}`);
    expectStatus(await send(administration, "PUT", "/api/v1/namespaces/by-token", {}), 200);
    expectStatus(await administration.get("/api/v1/catalog"), 200);
    await pushImage(admin(), "by-token/kept", "v1");
    const listing = withAuthorization(`Bearer ${await bearer("admin", "registry:catalog:*")}`);
    for (const [method, path, body] of [
      ["PUT", "/api/v1/namespaces/by-token", {}],
      ["DELETE", "/api/v1/repositories/by-token/kept", undefined],
      ["POST", "/api/v1/catalog", { catalog: { version: 1, grants: [] } }],
      ["GET", "/api/v1/catalog", undefined],
      ["GET", "/api/v1/audit", undefined],
      ["GET", "/metrics", undefined],
      ["PUT", "/api/v1/types", { type: "application/vnd.x.*", rule: "deny" }],
    ] as const) {
      const refused = await send(listing, method, path, body);
      expect([path, refused.status]).toEqual([path, 401]);
      expect(refused.headers.get("WWW-Authenticate")).toContain('scope="registry:administration:*",error="insufficient_scope"');
    }
    expectStatus(await listing.get("/v2/_opm/catalog/repositories"), 200);
    const repository = withAuthorization(`Bearer ${await bearer("admin", "repository:by-token/app:pull,push")}`);
    expectStatus(await send(repository, "PUT", "/api/v1/namespaces/by-token", {}), 401);
    expectStatus(await send(repository, "PUT", "/api/v1/repositories/by-token/app", {}), 200);
  });
});
