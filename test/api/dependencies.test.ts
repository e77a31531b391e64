import { beforeAll, describe, expect, test } from "bun:test";
import { pushBlobs } from "../conformance/pushing.ts";
import { blobOf, imageOf, randomBlob } from "../support/content.ts";
import { useRegistry } from "../support/use-registry.ts";
import { call, callPages } from "./call.ts";
import { HELM_CONFIG, pushChart, pushSample, pushTagged } from "./sample.ts";

const { client } = useRegistry();

beforeAll(async () => {
  await pushSample(client);
}, 60_000);

/** Key, requirement and the tag that suits, of each dependency. */
async function dependenciesOf(name: string, reference: string, n = 100) {
  const pages = await callPages(client, "getDependencies", { path: { name }, query: { reference, n } });
  return pages.flatMap(({ dependencies }) =>
    dependencies.map(({ key, requirement, resolved }) => [key, requirement, resolved && `${resolved.repository}:${resolved.tag}`]),
  );
}

describe("what a package depends on", () => {
  test("a chart: other charts by range", async () => {
    expect(await dependenciesOf("charts/web", "1.0.0")).toEqual([["oci:charts/common", "^2.1", "charts/common:2.2.0"]]);
    expect(await dependenciesOf("charts/web", "1.1.0")).toEqual([
      ["oci:charts/common", ">=4", null],
      ["helm:https://charts.example.test/elsewhere", "1.0.0", null],
    ]);
  });

  test("a CUE module: a version or a later one of the same major", async () => {
    expect(await dependenciesOf("modules/web", "v0.1.0")).toEqual([["cue:shop.example/lib", "v2.0.3", "modules/lib:v2.1.0"]]);
  });

  test("an image: its base, what its children say, and the packages of its bill of materials", async () => {
    const found = await dependenciesOf("shop/web/app", "v1.1.0");
    expect(found).toContainEqual(["pkg:apk/alpine/musl", "1.2.4", null]);
    expect(found.filter(([key]) => key === "oci:shop/base/os")).toEqual(Array(3).fill(["oci:shop/base/os", "3.21", "shop/base/os:3.21"]));
    expect(await dependenciesOf("shop/web/app", "v1.1.0", 1)).toEqual(found);
  });

  test("what cannot be read is said, and the push was accepted", async () => {
    const config = blobOf("{ this is no chart", { mediaType: HELM_CONFIG });
    const layer = randomBlob();
    await pushBlobs(client, "charts/broken", [config, layer]);
    await pushTagged(client, "charts/broken", imageOf(config, [layer]), ["1.0.0"]);
    const { dependencies, problem } = await call(client, "getDependencies", { path: { name: "charts/broken" }, query: { reference: "1.0.0" } });
    expect([dependencies, typeof problem]).toEqual([[], "string"]);
  });
});

describe("what depends on a package", () => {
  test("all, and those that a version satisfies", async () => {
    const all = await call(client, "getDependents", { path: { name: "charts/common" } });
    expect(all.keys).toContain("oci:charts/common");
    expect(all.dependents.map(({ repository, tags, satisfied }) => [`${repository}:${tags[0]}`, satisfied])).toEqual([
      ["charts/web:1.0.0", null],
      ["charts/web:1.1.0", null],
    ]);
    const satisfied = await call(client, "getDependents", { path: { name: "charts/common" }, query: { reference: "2.2.0" } });
    expect(satisfied.dependents.map(({ tags, satisfied }) => [tags[0] as string, satisfied])).toEqual([["1.0.0", true]]);
    expect((await call(client, "getDependents", { path: { name: "charts/common" }, query: { reference: "3.0.0" } })).dependents).toEqual([]);
  });

  test("page by page", async () => {
    for (let at = 0; at < 5; at++)
      await pushChart(client, `paged/chart-${at}`, "1.0.0", [
        { name: "target", version: at % 2 === 0 ? "1.x" : "2.x", repository: "oci://registry.test/paged" },
      ]);
    await pushChart(client, "paged/target", "1.5.0");
    const path = { name: "paged/target" };
    const pages = await callPages(client, "getDependents", { path, query: { n: 2 } });
    expect(pages.flatMap(({ dependents }) => dependents)).toHaveLength(5);
    const suited = await callPages(client, "getDependents", { path, query: { n: 1, reference: "1.5.0" } });
    expect(suited.flatMap(({ dependents }) => dependents.map(({ repository }): string => repository))).toEqual([
      "paged/chart-0",
      "paged/chart-2",
      "paged/chart-4",
    ]);
  });

  test("modules, and images by their base", async () => {
    const lib = await call(client, "getDependents", { path: { name: "modules/lib" }, query: { reference: "v2.1.0" } });
    expect(lib.dependents.map(({ repository }): string => repository)).toEqual(["modules/web"]);
    const base = await call(client, "getDependents", { path: { name: "shop/base/os" }, query: { reference: "3.21" } });
    expect(new Set(base.dependents.map(({ repository }): string => repository))).toEqual(new Set(["shop/web/app"]));
  });
});
