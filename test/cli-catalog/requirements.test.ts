import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HELM_CHART, SIGNATURE, SPDX } from "./seed.ts";
import { useCatalog } from "./use-catalog.ts";

const catalog = useCatalog();
const { opm, json } = catalog;

/** What the documented request answers. */
async function request(path: string): Promise<Record<string, unknown>> {
  const answer = await catalog.seeded.client.get(path);
  expect([path, answer.status]).toEqual([path, 200]);
  return answer.json() as Record<string, unknown>;
}

function names(answer: Record<string, unknown>): string[] {
  return (answer.repositories as readonly { readonly name: string }[]).map(({ name }) => name);
}

describe("list of packages", () => {
  test("one command, one request", async () => {
    const answer = await json("list", "HOST");
    expect(names(answer)).toEqual(["charts/redis", "charts/web", "cue.example/base", "cue.example/site", "library/base", "team/web/app"]);
    expect(answer).toMatchObject({ source: "server", more: false, ...(await request("/v2/_opm/catalog/repositories")) });
    const { stdout } = await opm("list", "HOST");
    expect(stdout.split("\n")[6]).toMatch(/^team\/web\/app +1\.10\.0 +OCI image +\d{4}-\d\d-\d\d$/);
    expect(names(await json("list", "HOST", "--limit", "2"))).toHaveLength(2);
    expect(names(await json("list", "HOST", "--all", "--sort", "-name"))[0]).toBe("team/web/app");
  });

  test("search by words", async () => {
    const answer = await json("search", "--registry", "HOST", "web", "application");
    expect(answer).toMatchObject({ source: "server", results: [{ name: "charts/web", title: "web" }] });
    expect(await request("/v2/_opm/catalog/search?q=web+application")).toMatchObject({ results: [{ name: "charts/web" }] });
  });
});

describe("filters, applied by the registry", () => {
  test.each([
    [["HOST/team/**"], "name=team/**", ["team/web/app"]],
    [["HOST", "--namespace", "charts"], "namespace=charts", ["charts/redis", "charts/web"]],
    [["HOST", "--project", "web"], "project=web", ["team/web/app"]],
    [["HOST", "--type", HELM_CHART], `type=${HELM_CHART}`, ["charts/redis", "charts/web"]],
    [["HOST", "--platform", "linux/arm64"], "platform=linux/arm64", ["team/web/app"]],
    [["HOST", "--class", "floating"], "class=floating", ["team/web/app"]],
    [["HOST", "--annotation", "org.opencontainers.image.title=The app"], "annotation=org.opencontainers.image.title=The+app", ["team/web/app"]],
    [["HOST", "--label", "org.example.team"], "label=org.example.team", ["library/base", "team/web/app"]],
    [["HOST", "--signed"], "signed=true", ["team/web/app"]],
    [["HOST", "--referrer", SPDX, "--referrer", SIGNATURE], `referrer=${SPDX}&referrer=${SIGNATURE}`, ["team/web/app"]],
    [["HOST", "--since", "1h", "--query", "redis"], "q=redis", ["charts/redis"]],
    [["HOST", "--until", "2020-01-01"], "until=2020-01-01T00:00:00Z", []],
  ])("list %j is ?%s", async (args, query, expected) => {
    expect(names(await json("list", ...args))).toEqual(expected);
    expect(names(await request(`/v2/_opm/catalog/repositories?${query.replaceAll("+json", "%2Bjson")}`))).toEqual(expected);
  });
});

describe("versions", () => {
  test("in their order, apart from what floats", async () => {
    const answer = await json("versions", "HOST/team/web/app");
    const versions = answer.versions as readonly { readonly tag: string }[];
    expect(versions.map(({ tag }) => tag)).toEqual(["1.10.0", "1.9.0", "1.0.0"]);
    expect(answer.floating).toEqual({ "1": "1.10.0", "1.10": "1.10.0", latest: "1.10.0" });
    expect(answer).toMatchObject(await request("/v2/team/web/app/_opm/tags/versions"));
    const range = await json("versions", "HOST/team/web/app", "--range", ">=2.0.0-0");
    expect(range).toMatchObject({ versions: [{ tag: "2.0.0-rc.1", prerelease: true }] });
  });

  test("every tag with its class and the rule that decided", async () => {
    const answer = await json("versions", "HOST/team/web/app", "--all-tags");
    expect(answer).toMatchObject(await request("/v2/team/web/app/_opm/tags/list"));
    const { stdout } = await opm("versions", "HOST/team/web/app", "--all-tags");
    expect(stdout).toMatch(/^latest +floating +floating-name +1\.10\.0 +sha256:/m);
  });

  test("the digest for a range", async () => {
    const { stdout } = await opm("resolve", "HOST/team/web/app@~1.9");
    expect(stdout).toBe(`${catalog.host}/team/web/app:1.9.0@${catalog.seeded.app["1.9.0"]}\n`);
    expect(await request("/v2/team/web/app/_opm/tags/resolve?range=~1.9")).toMatchObject({ tag: "1.9.0" });
  });
});

describe("de-duplication", () => {
  test("statistics of the registry, a project, a repository", async () => {
    const all = await json("stats", "HOST");
    const { asOf: _, ...counted } = await request("/v2/_opm/store/stats");
    expect(all).toMatchObject(counted);
    expect(await json("stats", "HOST/team/web")).toMatchObject({ scope: { namespace: "team", project: "web" }, repositories: 1 });
    const { blobs } = await json("stats", "--registry", "HOST", "--repository", "team/web/app");
    expect((blobs as { readonly ratio: number }).ratio).toBeGreaterThan(1);
    expect((await opm("stats", "HOST")).stdout).toMatch(/^Bytes: +.* ratio \d/m);
  });

  test("what a client that has a version still needs of the next", async () => {
    const { client, app } = catalog.seeded;
    const body = JSON.stringify({ want: "1.10.0", have: [] });
    const whole = (await client.request("POST", "/v2/team/web/app/_opm/dedup/plan", { headers: { "Content-Type": "application/json" }, body })).json();
    expect(whole).toMatchObject({ digest: app["1.10.0"], need: expect.arrayContaining([expect.objectContaining({ kind: "blob" })]) });
  });
});

describe("platforms", () => {
  test("of each version, and the highest that has one", async () => {
    const answer = await json("versions", "HOST/team/web/app", "--platform", "linux/arm64");
    expect(answer).toMatchObject({ versions: [{ tag: "1.0.0", platforms: ["linux/amd64", "linux/arm64"] }] });
    const resolved = await json("resolve", "HOST/team/web/app@^1", "--platform", "linux/arm64");
    expect(resolved).toMatchObject({ tag: "1.0.0", platform: { digest: catalog.seeded.arm64, platform: { architecture: "arm64" } } });
    expect(resolved).toMatchObject(await request("/v2/team/web/app/_opm/tags/resolve?range=%5E1&platform=linux/arm64"));
    expect(await json("inspect", "HOST/team/web/app:1.0.0")).toMatchObject({ platforms: ["linux/amd64", "linux/arm64"] });
  });

  test.each(["linux/aarch64", "Linux/ARM64", "linux/arm64/v8", "linux/aarch64/8"])("%s is linux/arm64 to every command", async (name) => {
    const [usual, other] = [
      ["--platform", "linux/arm64"],
      ["--platform", name],
    ];
    for (const command of [
      ["versions", "HOST/team/web/app"],
      ["resolve", "HOST/team/web/app@^1"],
    ]) {
      expect(await json(...command, ...other)).toEqual(await json(...command, ...usual));
    }
    if (!name.includes("8")) expect(names(await json("list", "HOST", ...other))).toEqual(["team/web/app"]);
    const folder = mkdtempSync(join(tmpdir(), "opm-platforms-"));
    const copied = async (platform: readonly string[], at: string): Promise<unknown> =>
      (await json("copy", "HOST/team/web/app:1.0.0", `oci:${join(folder, at)}:v1`, ...platform)).digest;
    try {
      expect(await copied(other, "other")).toBe(await copied(usual, "usual"));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("dependencies", () => {
  test("the graph of a manifest, down and up", async () => {
    const down = await json("graph", "HOST/team/web/app:1.0.0");
    expect(down).toMatchObject(await request("/v2/team/web/app/_opm/graph/manifest?reference=1.0.0"));
    expect((await opm("graph", "HOST/team/web/app:1.0.0")).stdout).toContain("└── linux/arm64 sha256:");
    expect((await opm("graph", "--up", "HOST/team/web/app:latest")).stdout).toContain("referrer");
    const { stdout: dot } = await opm("graph", "--dot", "HOST/team/web/app:1.0.0");
    expect([dot.split("\n")[0], dot.split(" -> ").length, dot.trim().at(-1)]).toEqual(['digraph "team/web/app" {', 9, "}"]);
  });

  test("where a blob is used", async () => {
    const { nodes } = (await json("graph", "HOST/team/web/app:1.0.0")) as {
      readonly nodes: readonly { readonly digest: string; readonly mediaType: string }[];
    };
    const layer = nodes.find(({ mediaType }) => mediaType.includes("layer"))?.digest ?? "";
    const answer = await json("uses", "--registry", "HOST", layer);
    expect(answer).toMatchObject(await request(`/v2/_opm/graph/blob?digest=${layer}`));
    const repositories = (answer.uses as readonly { readonly repository: string }[]).map(({ repository }) => repository);
    expect([...new Set(repositories)]).toEqual(["library/base", "team/web/app"]);
    expect((await opm("uses", "HOST/team/web/app:1.0.0")).stdout).toContain("manifest");
    for (const name of ["team/web/app:1.0.0", "HOST/team/web/app:1.0.0"]) {
      expect((await json("uses", "--registry", "HOST", name)).uses).toEqual((await json("uses", "HOST/team/web/app:1.0.0")).uses);
    }
  });

  test("what a chart, a module and an image depend on", async () => {
    const chart = await json("deps", "HOST/charts/web:2.0.0");
    expect(chart).toMatchObject({ dependencies: [{ name: "redis", requirement: "^17.0.0", resolved: { repository: "charts/redis", tag: "17.1.0" } }] });
    expect(chart).toMatchObject(await request("/v2/charts/web/_opm/graph/dependencies?reference=2.0.0"));
    const module = await json("deps", "HOST/cue.example/site:v0.1.0");
    expect(module).toMatchObject({ dependencies: [{ kind: "cue-module", resolved: { repository: "cue.example/base", tag: "v0.1.0" } }] });
    const { dependencies } = await json("deps", "HOST/team/web/app:1.10.0");
    expect(dependencies).toMatchObject([
      { kind: "base-image", resolved: { repository: "library/base", tag: "3.20.1" } },
      { kind: "sbom-package", name: "musl", declaredBy: catalog.seeded.sbom },
    ]);
  });

  test("what depends on them", async () => {
    const answer = await json("dependents", "HOST/charts/redis");
    expect(answer).toMatchObject({ dependents: [{ repository: "charts/web", tags: ["2.0.0"], satisfied: null }] });
    expect(answer).toMatchObject(await request("/v2/charts/redis/_opm/graph/dependents"));
    expect(await json("dependents", "HOST/charts/redis:18.0.0")).toMatchObject({ dependents: [] });
    expect((await opm("dependents", "HOST/cue.example/base:v0.2.0")).stdout).toContain("cue.example/site:v0.1.0");
  });

  test("the history of a tag outlives it, and it can be restored", async () => {
    const { client, app } = catalog.seeded;
    const moved = await client.get("/v2/team/web/app/manifests/1.9.0", { Accept: "*/*" });
    const content = { mediaType: moved.headers.get("Content-Type") ?? "", digest: app["1.9.0"] ?? "", bytes: new Uint8Array(moved.body) };
    await client.putManifest("team/web/app", "edge", { ...content, bytes: content.bytes });
    expect((await client.delete("/v2/team/web/app/manifests/edge")).status).toBe(202);
    const history = await json("history", "HOST/team/web/app:edge");
    expect(history).toMatchObject({
      events: [
        { op: "delete", previous: app["1.9.0"], present: true },
        { op: "create", digest: app["1.9.0"] },
      ],
    });
    expect(history).toMatchObject(await request("/v2/team/web/app/_opm/tags/history?tag=edge"));
    expect((await opm("restore", "HOST/team/web/app:edge")).stdout).toBe(`restored ${catalog.host}/team/web/app:edge@${app["1.9.0"]}\n`);
    expect((await opm("history", "HOST/team/web/app:edge")).stdout).toMatch(/edge +restore +sha256:/);
    expect(await json("restore", "--digest", app["1.0.0"] ?? "", "HOST/team/web/app:edge")).toMatchObject({ changed: true, digest: app["1.0.0"] });
    const never = await opm("restore", "HOST/team/web/app:never");
    expect([never.code, never.stderr]).toEqual([5, expect.stringContaining("the tag never of team/web/app has no history")]);
  });
});
