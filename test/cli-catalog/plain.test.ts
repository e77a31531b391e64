import { describe, expect } from "bun:test";
import { pushBlobs } from "../conformance/pushing.ts";
import { configBlob, descriptorOf, imageOf, indexOf, randomBlob } from "../support/content.ts";
import { findTool, testWith } from "../support/tools.ts";
import { useCatalog, usePlainCatalog } from "./use-catalog.ts";

const tool = await findTool("registry");
const test = testWith(tool);
const ours = useCatalog();
const plain = tool.path === undefined ? ours : usePlainCatalog();

type Json = Record<string, unknown>;
type Rows = readonly Json[];

/** The same command against both registries. */
async function both(...args: readonly string[]): Promise<{ readonly server: Json; readonly computed: Json }> {
  const [server, computed] = await Promise.all([ours.json(...args), plain.json(...args)]);
  expect([server.source, computed.source]).toEqual(["server", "computed"]);
  return { server, computed };
}

function pick(rows: unknown, ...fields: readonly string[]): Json[] {
  return (rows as Rows).map((row) => Object.fromEntries(fields.map((field) => [field, row[field]])));
}

describe("a registry without the package API gives the same", () => {
  test("versions and what floats", async () => {
    for (const more of [[], ["--range", "^1.9"], ["--prerelease"], ["--order", "asc"], ["--platform", "linux/arm64"], ["--platform", "Linux/aarch64"]]) {
      const { server, computed } = await both("versions", "HOST/team/web/app", ...more);
      const fields = ["tag", "class", "rule", "version", "prerelease", "immutable"];
      expect(pick(computed.versions, ...fields)).toEqual(pick(server.versions, ...fields));
      expect(computed.floating).toEqual(server.floating);
      const digests = [computed, server].map(({ versions }) => pick(versions, "descriptor").map(({ descriptor }) => (descriptor as Json).digest));
      expect(digests[0]).toEqual(digests[1]);
    }
  });

  test("resolutions", async () => {
    for (const args of [
      ["HOST/team/web/app"],
      ["HOST/team/web/app@^1.0", "-p", "linux/arm64"],
      ["HOST/team/web/app:latest"],
      ["HOST/team/web/app", "-p", "linux/x86_64"],
      ["HOST/cue.example/base@^0.1"],
    ]) {
      const { server, computed } = await both("resolve", ...args);
      expect({ ...computed, source: "" }).toEqual({ ...server, source: "" });
    }
  });

  test("what is said where nothing suits", async () => {
    const refused: readonly (readonly [readonly string[], string])[] = [
      [["HOST/team/web/app@^7"], "has no version in ^7; its latest version is 1.10.0"],
      [["HOST/team/web/app:gone"], "has no tag gone; its latest version is 1.10.0"],
      [["HOST/charts/redis@^18", "-p", "linux/s390x", "-t", "a/b"], "has no version in ^18 for linux/s390x of type a/b; its latest version is 18.0.0"],
    ];
    for (const [args, expected] of refused) {
      for (const registry of [ours, plain]) {
        const { code, stderr } = await registry.opm("resolve", ...args);
        expect([code, stderr]).toEqual([5, expect.stringContaining(expected)]);
      }
    }
  });

  test("the image for a platform in an index inside an index", async () => {
    const [config, layer] = [configBlob(), randomBlob()];
    const image = imageOf(config, [layer]);
    const inner = indexOf([], { manifests: [descriptorOf(image, { platform: { os: "linux", architecture: "amd64" } })] });
    const outer = indexOf([], { manifests: [descriptorOf(inner, { platform: { os: "linux", architecture: "amd64" } })] });
    for (const { client } of [ours.seeded, plain.seeded]) {
      await pushBlobs(client, "nest/app", [config, layer]);
      for (const manifest of [image, inner]) await client.putManifest("nest/app", manifest.digest, manifest);
      await client.putManifest("nest/app", "1.0.0", outer);
    }
    const { server, computed } = await both("resolve", "HOST/nest/app:1.0.0", "-p", "linux/amd64");
    expect([server, computed].map(({ platform }) => (platform as Json).digest)).toEqual([image.digest, image.digest]);
  });

  test("graphs", async () => {
    for (const args of [["HOST/team/web/app:1.0.0"], ["--both", "HOST/team/web/app:latest"], ["--up", `HOST/team/web/app@${ours.seeded.arm64}`]]) {
      const { server, computed } = await both("graph", ...args);
      const edges = [server, computed].map((answer) => (answer.edges as Rows).map((edge) => JSON.stringify(edge, ["from", "to", "kind", "platform"])).sort());
      expect(edges[1]).toEqual(edges[0]);
      const nodes = [server, computed].map((answer) =>
        pick(answer.nodes, "digest", "kind", "mediaType", "missing")
          .map((node) => JSON.stringify(node))
          .sort(),
      );
      expect(nodes[1]).toEqual(nodes[0]);
      expect(computed.root).toEqual(server.root);
    }
  });

  test("dependencies", async () => {
    for (const reference of ["team/web/app:1.10.0", "charts/web:2.0.0", "cue.example/site:v0.1.0"]) {
      const { server, computed } = await both("deps", `HOST/${reference}`);
      const fields = ["kind", "name", "requirement", "digest"];
      expect(pick(computed.dependencies, ...fields)).toEqual(pick(server.dependencies, ...fields));
      const found = [server, computed].map((answer) => (answer.dependencies as Rows).map(({ resolved }) => resolved && pick([resolved], "repository", "tag")));
      expect(found[1]).toEqual(found[0]);
    }
  });

  test("what equal versions and children come to", async () => {
    const [config, layer] = [configBlob(), randomBlob()];
    const base = { "org.opencontainers.image.base.name": "registry.example/base:1" };
    const image = imageOf(config, [layer], { annotations: base });
    const index = indexOf([], { manifests: [descriptorOf(image, { platform: { os: "linux", architecture: "amd64" } })] });
    for (const { client } of [ours.seeded, plain.seeded]) {
      await pushBlobs(client, "twice/app", [config, layer]);
      await client.putManifest("twice/app", "main", image);
      for (const tag of ["1.0.0", "v1.0.0", "latest"]) await client.putManifest("twice/app", tag, index);
    }
    for (const more of [[], ["--order", "asc"], ["--all-tags"]]) {
      const { server, computed } = await both("versions", "HOST/twice/app", ...more);
      const [one = [], other] = [server, computed].map(({ versions, tags }) => pick(tags ?? versions, "tag", "resolvesTo"));
      expect(other).toEqual(one);
      expect(computed.floating).toEqual(server.floating);
    }
    const { server, computed } = await both("deps", "HOST/twice/app:1.0.0");
    expect(pick(computed.dependencies, "name", "declaredBy")).toEqual([{ name: "registry.example/base:1", declaredBy: image.digest }]);
    expect(pick(computed.dependencies, "name", "declaredBy")).toEqual(pick(server.dependencies, "name", "declaredBy"));
    const around = await both("graph", "--both", "--depth", "1", `HOST/twice/app@${index.digest}`);
    expect((around.computed.edges as Rows).length).toBe((around.server.edges as Rows).length);
  });

  test("what an artifact is", async () => {
    const fields = ["contentType", "typeTitle", "title", "platforms", "annotations", "labels", "subject", "referrers", "signed", "problem"];
    for (const reference of ["team/web/app:1.10.0", "charts/redis:18.0.0"]) {
      const { server, computed } = await both("inspect", `HOST/${reference}`);
      expect(pick([computed], ...fields)).toEqual(pick([server], ...fields));
    }
  });
});

describe("and says what it does not know", () => {
  test("names only, on the terminal in so many words", async () => {
    const { code, stdout, stderr } = await plain.opm("list", "HOST/charts/*");
    expect([code, stdout, stderr]).toEqual([0, "charts/redis\ncharts/web\n", `computed by opm, as ${plain.host} has no package API\n`]);
    expect((await plain.opm("list", "-q", "HOST")).stderr).toBe("");
    expect(await plain.json("search", "--registry", "HOST", "web")).toMatchObject({
      source: "computed",
      results: [{ name: "charts/web" }, { name: "team/web/app" }],
    });
  });

  test("what takes a server is refused", async () => {
    const commands = [
      ["list", "HOST", "--signed"],
      ["history", "HOST/team/web/app"],
      ["restore", "HOST/team/web/app:latest"],
      ["dependents", "HOST/charts/redis"],
      ["uses", "HOST/charts/redis:18.0.0"],
      ["stats", "HOST"],
      ["prune", "HOST/team/web/app", "--keep-last", "1", "--yes"],
      ["namespace", "list", "HOST"],
      ["type", "list", "--registry", "HOST"],
      ["catalog", "export", "--registry", "HOST"],
    ];
    const results = await Promise.all(commands.map((command) => plain.opm(...command)));
    for (const { code, stdout, stderr } of results) expect([code, stdout, stderr]).toEqual([2, "", expect.stringContaining("has no package API")]);
  });
});
