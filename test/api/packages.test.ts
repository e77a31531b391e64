import { beforeAll, describe, expect, test } from "bun:test";
import { useRegistry } from "../support/use-registry.ts";
import { type CallOptions, call, callPages, send } from "./call.ts";
import { BUNDLE, CUE_MODULE, HELM_CONFIG, pushSample, SPDX } from "./sample.ts";

const { client } = useRegistry();

beforeAll(async () => {
  await pushSample(client);
}, 60_000);

const ALL = ["charts/common", "charts/web", "modules/lib", "modules/web", "shop/base/os", "shop/web/app"];

async function names(query: CallOptions["query"] = {}): Promise<string[]> {
  const pages = await callPages(client, "listPackages", { query });
  return pages.flatMap(({ repositories }) => repositories.map(({ name }) => name));
}

describe("packages are listed", () => {
  test("by name, with what they are", async () => {
    expect(await names()).toEqual(ALL);
    const { repositories } = await call(client, "listPackages", { query: { name: "shop/web/app" } });
    expect(repositories).toMatchObject([
      {
        namespace: "shop",
        project: "web",
        contentType: "application/vnd.oci.image.config.v1+json",
        title: "Web shop",
        latest: { tag: "v1.1.0", version: "1.1.0" },
        counts: { versions: 3 },
        signed: true,
        actions: ["pull", "push", "delete"],
      },
    ]);
  });

  test.each([
    [{ namespace: "shop" }, ["shop/base/os", "shop/web/app"]],
    [{ namespace: "shop", project: "web" }, ["shop/web/app"]],
    [{ name: "charts/*" }, ["charts/common", "charts/web"]],
    [{ name: "**/app" }, ["shop/web/app"]],
    [{ name: "web" }, ["charts/web", "modules/web", "shop/web/app"]],
    [{ type: HELM_CONFIG }, ["charts/common", "charts/web"]],
    [{ type: [HELM_CONFIG, CUE_MODULE] }, ["charts/common", "charts/web", "modules/lib", "modules/web"]],
    [{ artifactType: SPDX }, ["shop/web/app"]],
    [{ configMediaType: CUE_MODULE }, ["modules/lib", "modules/web"]],
    [{ platform: "windows/amd64" }, ["shop/web/app"]],
    [{ platform: "linux/arm64" }, ["shop/base/os", "shop/web/app"]],
    [{ platform: "Linux/aarch64" }, ["shop/base/os", "shop/web/app"]],
    [{ platform: ["windows/x86_64", "linux/armhf"] }, ["shop/web/app"]],
    [{ class: "attachment" }, ["shop/web/app"]],
    [{ class: "semver", namespace: "charts" }, ["charts/common", "charts/web"]],
    [{ annotation: "stage=prod" }, ["shop/web/app"]],
    [{ annotation: ["stage", "org.opencontainers.image.title=Web shop"] }, ["shop/web/app"]],
    [{ annotation: ["stage", "absent"] }, []],
    [{ label: "team=web" }, ["shop/base/os", "shop/web/app"]],
    [{ signed: true }, ["shop/web/app"]],
    [{ signed: false, namespace: "shop" }, ["shop/base/os"]],
    [{ referrer: [SPDX, BUNDLE] }, ["shop/web/app"]],
    [{ since: "2020-01-01T00:00:00Z" }, ALL],
    [{ until: "2020-01-01T00:00:00Z" }, []],
    [{ q: "web shop sel" }, ["shop/web/app"]],
    [{ namespace: "nowhere" }, []],
  ] as const)("filtered by %j", async (query, expected) => {
    expect(await names(query)).toEqual([...expected]);
  });

  test.each(["name", "-name", "updated", "-updated", "pulls", "-pulls", "semver", "-semver"])("sorted by %s, page by page", async (sort) => {
    const whole = await names({ sort });
    expect([...whole].sort()).toEqual(ALL);
    expect(await names({ sort, n: 1 })).toEqual(whole);
    expect(await names({ sort, n: 4 })).toEqual(whole);
    if (sort === "name") expect(whole).toEqual(ALL);
    if (sort === "-name") expect(whole).toEqual([...ALL].reverse());
  });

  test("with their number when it is asked for", async () => {
    expect((await call(client, "listPackages", { query: { total: true, n: 1 } })).total).toEqual({ count: 6, approximate: false });
    expect((await call(client, "listPackages")).total).toBeUndefined();
  });

  test("a document a line", async () => {
    const answer = await send(client, "listPackages", { headers: { Accept: "application/x-ndjson" } });
    expect(answer.headers.get("Content-Type")).toBe("application/x-ndjson");
    const lines = answer.text().trimEnd().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { name: string }).name)).toEqual(ALL);
  });
});

describe("packages are found", () => {
  test("by words, the best first", async () => {
    const { results } = await call(client, "searchPackages", { query: { q: "common" } });
    expect(results[0]?.name).toBe("charts/common");
    expect(results[0]?.score).toBeGreaterThan(0);
    expect((await call(client, "searchPackages", { query: { q: "sells" } })).results.map(({ name }) => name)).toEqual(["shop/web/app"]);
    expect((await call(client, "searchPackages", { query: { q: "web", type: HELM_CONFIG } })).results.map(({ name }) => name)).toEqual(["charts/web"]);
  });

  test("by facets", async () => {
    const { facets, candidates } = await call(client, "getFacets");
    expect(candidates).toBe(6);
    expect(facets.type).toContainEqual({ value: HELM_CONFIG, count: 2 });
    expect(facets.platform).toContainEqual({ value: "windows/amd64", count: 1 });
    expect(facets.namespace).toContainEqual({ value: "shop", count: 2 });
  });
});

describe("places", () => {
  test("namespaces and projects come by name, page by page", async () => {
    const namespaces = await callPages(client, "listNamespaces", { query: { n: 1 } });
    expect(namespaces.flatMap((page) => page.namespaces.map(({ name, repositories }) => [name, repositories]))).toEqual([
      ["charts", 2],
      ["modules", 2],
      ["shop", 2],
    ]);
    const projects = await callPages(client, "listProjects", { query: { n: 1 } });
    expect(projects.flatMap((page) => page.projects.map(({ namespace, name }) => `${namespace}/${name}`))).toEqual([
      "charts/_",
      "modules/_",
      "shop/base",
      "shop/web",
    ]);
    expect((await call(client, "listProjects", { query: { namespace: "shop" } })).projects).toHaveLength(2);
  });

  test("one namespace and one project", async () => {
    expect(await call(client, "getNamespace", { path: { namespace: "shop" } })).toMatchObject({ name: "shop", declared: false, repositories: 2 });
    expect(await call(client, "getProject", { path: { namespace: "charts", project: "_" } })).toMatchObject({ name: "_", repositories: 2 });
    expect((await send(client, "getNamespace", { path: { namespace: "nowhere" } })).status).toBe(404);
    expect((await send(client, "getProject", { path: { namespace: "shop", project: "nothing" } })).status).toBe(404);
  });
});

test("the types that are known", async () => {
  const { types } = await call(client, "listTypes");
  expect(types.find(({ type }) => type === HELM_CONFIG)).toMatchObject({ title: "Helm chart", admitted: true, extractor: "helm-chart" });
});

test("one package, by a name with encoded slashes too", async () => {
  const expected = await call(client, "getPackage", { path: { name: "shop/web/app" } });
  expect(await call(client, "getPackage", { path: { name: "shop%2Fweb%2Fapp" } })).toEqual(expected);
  expect((await send(client, "getPackage", { path: { name: "shop/web/other" } })).status).toBe(404);
});
