import { beforeAll, describe, expect, test } from "bun:test";
import { useGuardedRegistry } from "../access/guarded-registry.ts";
import { expectError } from "../support/expectations.ts";
import type { RegistryClient } from "../support/registry-client.ts";
import { call, callPages, send } from "./call.ts";
import { BASE_LAYER, pushChart, pushImages, pushSbom } from "./sample.ts";

const registry = useGuardedRegistry();
const [admin, puller, stranger] = [registry.as("admin"), registry.as("puller"), registry.as("stranger")];
const annotations = { "org.opencontainers.image.title": "The shop", "org.opencontainers.image.base.name": "registry.test/team/base:1.0.0" };
const OPTIONS = { platforms: ["linux/amd64"], tags: ["1.0.0", "latest"] };

beforeAll(async () => {
  await pushImages(admin, "team/base", OPTIONS);
  await pushImages(admin, "team/app", { ...OPTIONS, more: { annotations } });
  await pushImages(admin, "public/tools/app", { ...OPTIONS, more: { annotations } });
  const hidden = await pushImages(admin, "other/deep/app", { platforms: ["plan9/mips"], tags: ["1.0.0"], more: { annotations } });
  await pushSbom(admin, "other/deep/app", hidden, "pkg:apk/alpine/musl@1.2.4");
  await pushChart(admin, "other/charts/web", "1.0.0", [{ name: "base", version: "^1", repository: "oci://registry.test/team" }]);
  await pushChart(admin, "team/chart", "1.0.0", [{ name: "web", version: "^1", repository: "oci://registry.test/other/charts" }]);
}, 60_000);

async function seenBy(client: RegistryClient): Promise<string[]> {
  const pages = await callPages(client, "listPackages", { query: { n: 1 } });
  return pages.flatMap(({ repositories }) => repositories.map(({ name }) => name));
}

describe("what the caller may not pull is absent from", () => {
  test("rows and their number", async () => {
    expect(await seenBy(puller)).toEqual(["public/tools/app", "team/app", "team/base", "team/chart"]);
    expect(await seenBy(stranger)).toEqual(["other/charts/web", "other/deep/app", "public/tools/app"]);
    expect(await seenBy(registry.anonymous)).toEqual(["public/tools/app"]);
    expect((await call(puller, "listPackages", { query: { total: true } })).total).toEqual({ count: 4, approximate: false });
    expect((await call(puller, "listPackages", { query: { platform: "plan9/mips" } })).repositories).toEqual([]);
  });

  test("namespaces and projects", async () => {
    expect((await call(puller, "listNamespaces")).namespaces.map(({ name }) => name)).toEqual(["public", "team"]);
    expect((await call(puller, "listProjects")).projects.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual(["public/tools", "team/_"]);
    expectError(await send(puller, "getNamespace", { path: { namespace: "other" } }), 404, "NAMESPACE_UNKNOWN");
    expectError(await send(puller, "getProject", { path: { namespace: "other", project: "deep" } }), 404, "PROJECT_UNKNOWN");
  });

  test("search and facets", async () => {
    const { results } = await call(puller, "searchPackages", { query: { q: "shop" } });
    expect(results.map(({ name }) => name).sort()).toEqual(["public/tools/app", "team/app"]);
    const { facets, candidates } = await call(puller, "getFacets");
    expect(candidates).toBe(4);
    expect(JSON.stringify(facets)).not.toContain("plan9");
    expect(JSON.stringify(facets)).not.toContain("other");
    expect(JSON.stringify(facets)).not.toContain("spdx");
  });

  test("uses of content", async () => {
    const pages = await callPages(puller, "getContentUses", { query: { digest: BASE_LAYER.digest, n: 1 } });
    expect(new Set(pages.flatMap(({ uses }) => uses.map(({ repository }): string => repository)))).toEqual(
      new Set(["public/tools/app", "team/app", "team/base"]),
    );
  });

  test("dependents, and what dependencies are resolved to", async () => {
    const { dependents } = await call(puller, "getDependents", { path: { name: "team/base" } });
    expect(new Set(dependents.map(({ repository }): string => repository))).toEqual(new Set(["public/tools/app", "team/app"]));
    const resolved = async (client: RegistryClient) =>
      (await call(client, "getDependencies", { path: { name: "team/chart" }, query: { reference: "1.0.0" } })).dependencies[0]?.resolved;
    expect(await resolved(puller)).toBeNull();
    expect((await resolved(admin))?.repository as string).toBe("other/charts/web");
  });

  test("statistics", async () => {
    const [all, some] = [await call(admin, "getStats"), await call(puller, "getStats")];
    expect([all.repositories, some.repositories]).toEqual([6, 4]);
    expect(some.blobs.unique).toBeLessThan(all.blobs.unique);
    expect((await call(puller, "getStats", { query: { namespace: "other" } })).blobs.unique).toBe(0);
  });
});

describe("a repository that the caller may not know of", () => {
  const requests = ["getPackage", "listTags", "listVersions", "resolveVersion", "getHistory", "getDependents", "planPull", "putTag"] as const;

  test.each(requests)("is unknown to users, and anonymous is told to log in: %s", async (id) => {
    const options = { path: { name: "other/deep/app" }, body: { want: "1.0.0", tag: "x", to: "1.0.0" } };
    const answer = await send(puller, id, options);
    expect([answer.status, answer.text()]).toEqual([id === "putTag" ? 403 : 404, expect.stringContaining(id === "putTag" ? "DENIED" : "NAME_UNKNOWN")]);
    const nobody = await send(registry.anonymous, id, options);
    expectError(nobody, 401, "UNAUTHORIZED");
    const scope = `repository:other/deep/app:${id === "putTag" ? "pull,push" : "pull"}`;
    expect(nobody.headers.get("WWW-Authenticate")).toContain(`scope="${scope}"`);
  });

  test("is the same as one that does not exist", async () => {
    const [hidden, absent] = [
      await send(puller, "getPackage", { path: { name: "other/deep/app" } }),
      await send(puller, "getPackage", { path: { name: "other/none" } }),
    ];
    expect(hidden.text()).toBe(absent.text());
    expectError(await send(puller, "getStats", { query: { repository: "other/deep/app" } }), 404, "NAME_UNKNOWN");
  });
});

describe("bearer tokens", () => {
  test("of one repository answer for it, and lists need registry:catalog:*", async () => {
    const token = await registry.bearer("puller", "repository:team/app:pull");
    const client = registry.with(`Bearer ${token}`);
    expect((await call(client, "getPackage", { path: { name: "team/app" } })).actions).toEqual(["pull"]);
    const refused = await send(client, "listPackages");
    expectError(refused, 401, "UNAUTHORIZED");
    expect(refused.headers.get("WWW-Authenticate")).toContain('scope="registry:catalog:*"');
    expect(await seenBy(registry.with(`Bearer ${await registry.bearer("puller", "registry:catalog:*")}`))).toEqual(await seenBy(puller));
  });
});

test("the audit record is for administrators", async () => {
  expect((await call(admin, "listAudit", { query: { n: 1 } })).entries).toHaveLength(1);
  expectError(await send(puller, "listAudit"), 403, "DENIED");
  expectError(await send(registry.anonymous, "listAudit"), 401, "UNAUTHORIZED");
});
