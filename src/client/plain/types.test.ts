import { expect, test } from "bun:test";
import type { Tag } from "../../oci/tag.ts";
import { plainInspect } from "./inspect.ts";
import { plainTags } from "./tags.ts";
import { MemoryRegistry } from "./testing/memory-registry.ts";

const WASM = "application/vnd.wasm.config.v0+json";
const linux = { platform: { os: "linux", architecture: "amd64" } };

test("an index has the type that its children say they have, whatever it says of them, at whatever depth", async () => {
  const registry = new MemoryRegistry();
  const child = { ...registry.image("app", [], { artifactType: WASM }), ...linux };
  registry.index("app", ["1.0.0"], [{ ...child, artifactType: "application/vnd.example.other" }]);
  registry.index("app", ["2.0.0"], [{ ...registry.index("app", [], [child]), ...linux }]);
  for (const tag of ["1.0.0", "2.0.0"]) expect((await plainInspect(registry.open("app"), tag as Tag)).contentType).toBe(WASM);
});

test("what runs nowhere decides nothing, with one name unknown or both", async () => {
  const registry = new MemoryRegistry();
  const child = { ...registry.image("app", [], { artifactType: WASM }), ...linux };
  const attestation = registry.image("app", [], { artifactType: "application/vnd.in-toto+json" });
  registry.index("app", ["1.0.0"], [child, { ...attestation, platform: { os: "linux", architecture: "unknown" } }]);
  expect(await plainInspect(registry.open("app"), "1.0.0" as Tag)).toMatchObject({ contentType: WASM, platforms: ["linux/amd64"] });
});

test("platforms come in the order of the index", async () => {
  const registry = new MemoryRegistry();
  const [s390x, arm64] = ["s390x", "arm64"].map((architecture) => ({
    ...registry.image("app", [], { platform: `linux/${architecture}` }),
    platform: { os: "linux", architecture },
  }));
  if (s390x && arm64) registry.index("app", ["1.0.0"], [s390x, arm64]);
  expect((await plainInspect(registry.open("app"), "1.0.0" as Tag)).platforms).toEqual(["linux/s390x", "linux/arm64"]);
});

test("annotations are found by keys with `=` in them", async () => {
  const registry = new MemoryRegistry();
  registry.image("app", ["one"], { annotations: { "a=b": "c" } });
  registry.image("app", ["other"], { annotations: { a: "b" } });
  const tagsWith = async (annotation: string) =>
    (await plainTags(registry.open("app"), { annotation: [annotation] }, { limit: 9 })).tags.map(({ tag }): string => tag);
  expect([await tagsWith("a=b=c"), await tagsWith("a=b"), await tagsWith("a")]).toEqual([["one"], ["one", "other"], ["other"]]);
});

test("a command that takes a tag is not told of what has none", async () => {
  const registry = new MemoryRegistry();
  const chart = registry.manifest("charts/app", [], {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: registry.blob("charts/app", { name: "app", version: "1.0.0" }, "application/vnd.cncf.helm.config.v1+json"),
    layers: [],
  });
  expect((await plainInspect(registry.open("charts/app"), chart.digest)).consume).toBeNull();
});
