import { describe, expect, test } from "bun:test";
import { expectError, expectStatus } from "../support/expectations.ts";
import { useRegistry } from "../support/use-registry.ts";
import { call, pushImage, send, tagsOf } from "./packages.ts";

const { client } = useRegistry();

interface Applied {
  readonly steps: readonly { action: string; kind: string; name: string; changes: readonly { field: string; from: unknown; to: unknown }[] }[];
}

const apply = (catalog: unknown, options: Readonly<Record<string, boolean>> = {}) => call<Applied>(client, "POST", "/api/v1/catalog", { catalog, ...options });
const exported = () => call<Record<string, unknown>>(client, "GET", "/api/v1/catalog");
const brief = ({ steps }: Applied) => steps.map(({ action, kind, name }) => `${action} ${kind} ${name}`);

const FILE = {
  version: 1,
  namespaces: {
    team: {
      description: "The team",
      labels: { cost: "42" },
      owner: "group:team",
      projects: {
        shop: { visibility: "public", policies: { versions: "enforce", types: "warn" }, repositories: ["legacy/shop", "legacy/*-shop"] },
        tools: {},
      },
    },
    empty: {},
    plain: { projects: { _: { policies: { dependents: "off" } } } },
  },
  repositories: { "team/shop/cart": { description: "The cart", contentType: "application/vnd.oci.image.config.v1+json", labels: { b: "2", a: "1" } } },
  grants: [
    { subjects: ["user:zoe", "group:team"], repositories: "team/**", actions: ["push", "pull"] },
    { subjects: ["anonymous"], repositories: "public/**", actions: ["pull"] },
  ],
  types: [
    { type: "application/vnd.example.plan.v1+json", title: "Plan", category: "config" },
    { type: "application/vnd.bad.*", rule: "deny" },
  ],
};

/** The same without defaults, in the order of the export. */
const NORMAL = {
  version: 1,
  namespaces: {
    empty: {},
    plain: { projects: { _: { policies: { dependents: "off" } } } },
    team: {
      description: "The team",
      labels: { cost: "42" },
      owner: "group:team",
      projects: {
        shop: { visibility: "public", policies: { versions: "enforce" }, repositories: ["legacy/*-shop", "legacy/shop"] },
        tools: {},
      },
    },
  },
  repositories: { "team/shop/cart": { description: "The cart", labels: { a: "1", b: "2" }, contentType: "application/vnd.oci.image.config.v1+json" } },
  grants: [
    { subjects: ["anonymous"], repositories: "public/**", actions: ["pull"] },
    { subjects: ["group:team", "user:zoe"], repositories: "team/**", actions: ["pull", "push"] },
  ],
  types: [
    { type: "application/vnd.example.plan.v1+json", rule: "known", title: "Plan", category: "config" },
    { type: "application/vnd.bad.*", rule: "deny" },
  ],
};

test("a file is planned, applied, and applied again to no effect; the export is the same file", async () => {
  expect(await exported()).toEqual({ version: 1, grants: [] });
  const plan = await apply(FILE, { dryRun: true });
  expect(brief(plan)).toEqual([
    "create namespace empty",
    "create namespace team",
    "create project plain/_",
    "create project team/shop",
    "create project team/tools",
    "create repository team/shop/cart",
    "create type application/vnd.example.plan.v1+json",
    "create type deny application/vnd.bad.*",
    "change grants grants",
  ]);
  expect(await exported()).toEqual({ version: 1, grants: [] });
  expect(brief(await apply(FILE))).toEqual(brief(plan));
  expect(JSON.stringify(await exported())).toBe(JSON.stringify(NORMAL));
  for (const again of [FILE, NORMAL, await exported()]) {
    expect((await apply(again, { prune: true })).steps).toEqual([]);
  }
});

test("changes say from what to what", async () => {
  await apply(FILE);
  const { description: _, ...team } = NORMAL.namespaces.team;
  const shop = { ...team.projects.shop, policies: { versions: "warn" } };
  const changed = { ...NORMAL, namespaces: { ...NORMAL.namespaces, team: { ...team, labels: { new: "x" }, projects: { ...team.projects, shop } } } };
  const { steps } = await apply(changed, { dryRun: true });
  expect(steps).toEqual([
    {
      action: "change",
      kind: "namespace",
      name: "team",
      changes: [
        { field: "description", from: "The team", to: null },
        { field: "labels.cost", from: "42", to: null },
        { field: "labels.new", from: null, to: "x" },
      ],
    },
    { action: "change", kind: "project", name: "team/shop", changes: [{ field: "policies.versions", from: "enforce", to: "warn" }] },
  ]);
});

describe("what a file lacks", () => {
  test("stays without --prune, and grants stay when nothing is said of them", async () => {
    await apply(FILE);
    expect((await apply({ version: 1 })).steps).toEqual([]);
    expect((await exported()).grants).toEqual(NORMAL.grants);
  });

  test("goes with --prune, while content stays", async () => {
    await apply(FILE);
    await pushImage(client, "team/shop/cart", "1.0.0");
    await pushImage(client, "legacy/shop", "1.0.0");
    const place = async (name: string) => {
      const { namespace, project } = await call<{ namespace: string; project: string }>(client, "GET", `/v2/${name}/_opm/repo/info`);
      return `${namespace}/${project}`;
    };
    expect(await place("legacy/shop")).toBe("team/shop");
    const { steps } = await apply({ version: 1, grants: [] }, { prune: true });
    expect(brief({ steps })).toContain("remove repository team/shop/cart");
    expect(brief({ steps })).toContain("remove project team/shop");
    expect(await exported()).toEqual({ version: 1, grants: [] });
    expect(await tagsOf(client, "team/shop/cart")).toEqual(["1.0.0"]);
    expect(await place("legacy/shop")).toBe("legacy/_");
    expect((await apply({ version: 1, grants: [] }, { prune: true })).steps).toEqual([]);
  });
});

describe("a file that cannot be applied changes nothing", () => {
  test.each([
    ["an unknown field", { version: 1, surprise: 1 }, 400],
    ["another version", { version: 2 }, 400],
    ["no version", {}, 400],
    ["a name that is none", { version: 1, namespaces: { "A B": {} } }, 400],
    ["a glob that matches nothing", { version: 1, namespaces: { ok: {}, x: { projects: { p: { repositories: ["a//b"] } } } } }, 400],
    ["a glob claimed twice", { version: 1, namespaces: { x: { projects: { p: { repositories: ["a/**"] }, q: { repositories: ["a/**"] } } } } }, 400],
    ["a type against the rules", { version: 1, namespaces: { ok: {} }, types: [{ type: "application/vnd.x" }] }, 400],
    ["a grant of nothing", { version: 1, namespaces: { ok: {} }, grants: [{ subjects: ["user:a"], repositories: "**", actions: [] }] }, 400],
    ["labels beyond measure", { version: 1, namespaces: { x: { labels: { a: "x".repeat(2000) } } } }, 400],
  ])("%s", async (_name, catalog, status) => {
    const before = await exported();
    expectError(await send(client, "POST", "/api/v1/catalog", { catalog }), status, "BODY_INVALID");
    expect(await exported()).toEqual(before);
  });

  test("a glob that another project claims", async () => {
    await apply({ version: 1, namespaces: { one: { projects: { p: { repositories: ["claimed/**"] } } } } });
    const before = await exported();
    const catalog = { version: 1, namespaces: { two: { description: "x", projects: { q: { repositories: ["claimed/**"] } } } } };
    expectError(await send(client, "POST", "/api/v1/catalog", { catalog }), 409, "CONFLICT");
    expect(await exported()).toEqual(before);
    // Passed on in one file it is no conflict.
    const passed = { version: 1, namespaces: { one: { projects: { p: {} } }, two: { projects: { q: { repositories: ["claimed/**"] } } } } };
    expect(brief(await apply(passed))).toEqual(["change project one/p", "create project two/q"]);
  });
});

test("a large file is applied in batches, one beyond measure not at all", async () => {
  const names = (count: number, of: string) => Array.from({ length: count }, (_, index) => [`${of}${index}`, {}] as const);
  const repositories = Object.fromEntries(names(450, "large/p/r"));
  expect((await apply({ version: 1, repositories })).steps).toHaveLength(450);
  expect((await apply({ version: 1, repositories })).steps).toEqual([]);
  const before = await exported();
  const catalog = { version: 1, namespaces: Object.fromEntries(names(1001, "n")), repositories: { "large/p/last": {} } };
  expectError(await send(client, "POST", "/api/v1/catalog", { catalog }), 400, "LIMIT_EXCEEDED");
  expect(await exported()).toEqual(before);
});

test("a conflict of single changes is 409", async () => {
  await pushImage(client, "busy/p/app", "1.0.0");
  expectError(await send(client, "DELETE", "/api/v1/namespaces/busy"), 409, "CONFLICT");
  expectError(await send(client, "DELETE", "/api/v1/projects/busy/p"), 409, "CONFLICT");
  expectStatus(await send(client, "DELETE", "/api/v1/repositories/busy/p/app"), 200);
  expectStatus(await send(client, "DELETE", "/api/v1/namespaces/busy"), 404);
});

test("what was exported can be applied again, however much there is", async () => {
  const description = "x".repeat(1500);
  const repositories = Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`large/p/r${index}`, { description }]));
  const answer = await send(client, "POST", "/api/v1/catalog", { catalog: { version: 1, repositories } });
  expectStatus(answer, 200);
  const exported = (await client.get("/api/v1/catalog")).json();
  expect(JSON.stringify(exported).length).toBeGreaterThan(2 ** 20);
  expect((await send(client, "POST", "/api/v1/catalog", { catalog: exported, prune: true })).json()).toMatchObject({ steps: [] });
});
