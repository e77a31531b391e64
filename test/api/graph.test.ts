import { beforeAll, describe, expect, test } from "bun:test";
import { pushBlobs, pushManifest } from "../conformance/pushing.ts";
import { descriptorOf, emptyBlob, imageOf, indexOf, type ManifestContent, manifestOf, randomBlob, referrerOf } from "../support/content.ts";
import { expectError } from "../support/expectations.ts";
import { useRegistry } from "../support/use-registry.ts";
import { call, callPages, send } from "./call.ts";
import { BASE_LAYER, BUNDLE, type Pushed, pushSample, SPDX } from "./sample.ts";

const { client } = useRegistry();
const path = { name: "shop/web/app" };
let app: Pushed = {};

beforeAll(async () => {
  ({ app } = await pushSample(client));
}, 60_000);

const digestOf = (tag: string): string => app[tag]?.digest ?? "";

describe("the graph of content", () => {
  test("down: index, manifests, configs and layers, shared ones once", async () => {
    const { root, nodes, edges, truncated } = await call(client, "getGraph", { path, query: { reference: "v1.1.0" } });
    expect([root as string, truncated]).toEqual([digestOf("v1.1.0"), false]);
    expect([nodes.length, nodes.filter(({ kind }) => kind === "manifest").length]).toEqual([8, 3]);
    expect(edges.filter(({ to }) => (to as string) === BASE_LAYER.digest)).toHaveLength(2);
    expect(edges.filter(({ kind }) => kind === "child").map(({ platform }) => platform)).toEqual(["linux/amd64", "linux/arm64/v8"]);
    expect(nodes[0]).toMatchObject({ tags: ["latest", "v1", "v1.1", "v1.1.0"], missing: false });
  });

  test("up: who signs it and lists its parts, and what uses a layer", async () => {
    const up = await call(client, "getGraph", { path, query: { reference: "v1.1.0", direction: "up" } });
    expect(up.nodes.map(({ type }) => type).sort()).toEqual([SPDX, BUNDLE, "application/vnd.oci.image.config.v1+json"].sort());
    expect(up.edges.every(({ kind, to }) => kind === "subject" && (to as string) === digestOf("v1.1.0"))).toBe(true);
    const layer = await call(client, "getGraph", { path, query: { reference: BASE_LAYER.digest, direction: "up", depth: 1 } });
    expect(layer.edges.map(({ kind }) => kind)).toEqual(Array<"layer">(7).fill("layer"));
    expect(layer.truncated).toBe(true);
  });

  test("both ways, within depth and number of nodes", async () => {
    const both = await call(client, "getGraph", { path, query: { reference: "v1.1.0", direction: "both" } });
    expect(both.nodes).toHaveLength(10);
    const near = await call(client, "getGraph", { path, query: { reference: "v1.1.0", depth: 1 } });
    expect([near.nodes.length, near.truncated]).toEqual([3, true]);
    const few = await call(client, "getGraph", { path, query: { reference: "v1.1.0", n: 4 } });
    expect([few.nodes.length, few.truncated]).toEqual([4, true]);
    const named = new Set(few.nodes.map(({ digest }) => digest));
    expect(few.edges.every(({ from, to }) => named.has(from) && named.has(to))).toBe(true);
  });

  test("what is not there is a node that is missing", async () => {
    const absent = indexOf([]);
    const name = "graph/missing";
    await pushManifest(client, name, indexOf([absent], { subject: descriptorOf(randomBlob()) }), "latest");
    const { nodes } = await call(client, "getGraph", { path: { name }, query: { reference: "latest" } });
    expect(nodes.map(({ missing, kind }) => [missing, kind])).toEqual([
      [false, "manifest"],
      [true, "manifest"],
      [true, "manifest"],
    ]);
  });

  test("indexes that multiply cost no more than their nodes", async () => {
    const name = "graph/bomb";
    let level: ManifestContent[] = [indexOf([], { annotations: { leaf: "1" } }), indexOf([], { annotations: { leaf: "2" } })];
    for (let depth = 0; depth < 20; depth++) {
      for (const manifest of level) await pushManifest(client, name, manifest);
      const below = level;
      level = ["left", "right"].map((side) => manifestOf({ ...indexOf(below).document, annotations: { side, depth: String(depth) } }));
    }
    for (const [at, manifest] of level.entries()) await pushManifest(client, name, manifest, `top-${at}`);
    const { nodes, truncated } = await call(client, "getGraph", { path: { name }, query: { reference: "top-0", depth: 32 } });
    expect([nodes.length, truncated]).toEqual([41, false]);
    expect((await call(client, "planPull", { path: { name }, body: { want: "top-0" } })).truncated).toBe(true);
  });

  test("unknown references are 404", async () => {
    expectError(await send(client, "getGraph", { path, query: { reference: "absent" } }), 404, "MANIFEST_UNKNOWN");
    expectError(await send(client, "getGraph", { path, query: { reference: randomBlob().digest } }), 404, "MANIFEST_UNKNOWN");
    expectError(await send(client, "getGraph", { path: { name: "no/such" }, query: { reference: "latest" } }), 404, "NAME_UNKNOWN");
  });
});

test("where content is used, across repositories and page by page", async () => {
  const pages = await callPages(client, "getContentUses", { query: { digest: BASE_LAYER.digest, n: 3 } });
  const uses = pages.flatMap((page) => page.uses);
  expect(new Set(uses.map(({ repository }): string => repository))).toEqual(new Set(["shop/base/os", "shop/web/app"]));
  expect(new Set(uses.map(({ manifest }) => manifest)).size).toBe(9);
  expect((await call(client, "getContentUses", { query: { digest: randomBlob().digest } })).uses).toEqual([]);
});

describe("a plan of a pull", () => {
  test("names each element once, and for a platform its own only", async () => {
    const all = await call(client, "planPull", { path, body: { want: "v1.1.0" } });
    expect(all.need).toHaveLength(8);
    expect(new Set(all.need.map(({ digest }) => digest)).size).toBe(8);
    const one = await call(client, "planPull", { path, body: { want: "v1.1.0", platform: "linux/arm64" } });
    expect(one.need.map(({ kind }) => kind)).toEqual(["manifest", "manifest", "blob", "blob", "blob"]);
    expect(one.totalBytes).toBe(one.need.reduce((sum, { size }) => sum + size, 0));
    expect(await call(client, "planPull", { path, body: { want: "v1.1.0", platform: "Linux/aarch64" } })).toEqual(one);
  });

  test("leaves out what the client has from another version", async () => {
    const first = await call(client, "planPull", { path, body: { want: "v1.0.0", platform: "linux/amd64" } });
    const have = first.need.map(({ digest }) => digest);
    const second = await call(client, "planPull", { path, body: { want: "v1.1.0", platform: "linux/amd64", have } });
    expect(second.have as string[]).toContain(BASE_LAYER.digest);
    expect(second.need).toHaveLength(4);
    expect(second.bytes + BASE_LAYER.bytes.length).toBeLessThanOrEqual(second.totalBytes);
  });

  test("says when there is nothing for the platform", async () => {
    expectError(await send(client, "planPull", { path, body: { want: "v1.1.0", platform: "plan9/mips" } }), 404, "PLATFORM_UNKNOWN");
  });
});

describe("statistics", () => {
  test("count what is shared, by registry, namespace, project and repository", async () => {
    const registry = await call(client, "getStats");
    const namespace = await call(client, "getStats", { query: { namespace: "shop" } });
    const repository = await call(client, "getStats", { query: { repository: "shop/base/os" } });
    expect(repository.blobs).toMatchObject({ references: 6, unique: 5 });
    expect(namespace.repositories).toBe(2);
    expect(namespace.blobs.references).toBeGreaterThan(namespace.blobs.unique);
    expect(registry.blobs.ratio).toBeGreaterThan(1);
    expect((await call(client, "getStats", { query: { namespace: "shop", project: "base" } })).blobs).toEqual(repository.blobs);
    expect((await send(client, "getStats", { query: { repository: "shop/base/os", namespace: "shop" } })).status).toBe(400);
    expect((await send(client, "getStats", { query: { repository: "no/such" } })).status).toBe(404);
  });

  test("tell what can be reclaimed: what no repository needs", async () => {
    const [shared, lonely] = [randomBlob(300), randomBlob(500)];
    await pushBlobs(client, "stats/one", [shared, lonely]);
    await pushBlobs(client, "stats/two", [shared, emptyBlob()]);
    await pushManifest(client, "stats/two", imageOf(emptyBlob(), [shared]), "latest");
    const { reclaimable } = await call(client, "getStats", { query: { repository: "stats/one" } });
    expect(reclaimable).toMatchObject({ blobs: 1, bytes: 500 });
    expect(reclaimable.oldest).not.toBeNull();
  });
});

test("a manifest tells about itself", async () => {
  const info = await call(client, "getManifestInfo", { path, query: { reference: "v1.1.0" } });
  expect(info).toMatchObject({
    typeTitle: "OCI image",
    title: "Web shop",
    signed: true,
    referrers: { [SPDX]: 1, [BUNDLE]: 1 },
    platforms: ["linux/amd64", "linux/arm64/v8"],
  });
  expect(info.consume).toBe(`docker pull ${new URL(client.url).host}/shop/web/app:v1.1.0`);
  const chart = await call(client, "getManifestInfo", { path: { name: "charts/web" }, query: { reference: "1.0.0" } });
  expect(chart.consume).toBe(`helm pull oci://${new URL(client.url).host}/charts/web --version 1.0.0`);
  const signature = referrerOf(app["v1.1.0"] ?? emptyBlob(), BUNDLE);
  expect((await call(client, "getManifestInfo", { path, query: { reference: signature.digest } })).subject as string).toBe(digestOf("v1.1.0"));
});
