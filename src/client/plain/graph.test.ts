import { describe, expect, test } from "bun:test";
import type { Digest } from "../../oci/digest.ts";
import { plainGraph } from "./graph.ts";
import { MemoryRegistry } from "./testing/memory-registry.ts";

const SBOM = "application/spdx+json";

function signedIndex() {
  const registry = new MemoryRegistry();
  const child = { ...registry.image("app", []), platform: { os: "linux", architecture: "amd64" } };
  const missing = { ...child, digest: `sha256:${"0".repeat(64)}` as Digest };
  const index = registry.index("app", ["1.0.0"], [child, missing]);
  const sbom = registry.image("app", [], { artifactType: SBOM, subject: index });
  const signature = registry.image("app", [], { artifactType: "application/vnd.example.signature", subject: sbom });
  return { repository: registry.open("app"), child, missing, index, sbom, signature };
}

describe("plainGraph", () => {
  test("down: children, configs and layers, with what is missing", async () => {
    const { repository, index, child, missing } = signedIndex();
    const graph = await plainGraph(repository, "1.0.0" as never, {});
    expect(graph.root).toBe(index.digest);
    expect(graph.nodes.map(({ kind, missing }) => [kind, missing])).toEqual([
      ["manifest", false],
      ["manifest", false],
      ["manifest", true],
      ["blob", false],
      ["blob", false],
    ]);
    expect(graph.nodes[0]?.tags as unknown).toEqual(["1.0.0"]);
    expect(graph.edges.map(({ from, kind, platform }) => [from, kind, platform]) as unknown).toEqual([
      [index.digest, "child", "linux/amd64"],
      [index.digest, "child", "linux/amd64"],
      [child.digest, "config", undefined],
      [child.digest, "layer", undefined],
    ]);
    expect(graph.nodes.map(({ digest }) => digest)).toContain(missing.digest);
    expect(graph.truncated).toBe(false);
  });

  test("up: referrers of referrers, and the index that has a tag", async () => {
    const { repository, index, child, sbom, signature } = signedIndex();
    const graph = await plainGraph(repository, child.digest, { direction: "up" });
    expect(graph.edges.map(({ from, to, kind }) => [from, to, kind])).toEqual([
      [index.digest, child.digest, "child"],
      [sbom.digest, index.digest, "subject"],
      [signature.digest, sbom.digest, "subject"],
    ]);
    const near = await plainGraph(repository, child.digest, { direction: "up", depth: 1 });
    expect(near.edges).toHaveLength(1);
    expect(near.truncated).toBe(true);
  });

  test("both, one step: a limit downwards is none upwards", async () => {
    const { repository, index, sbom } = signedIndex();
    const graph = await plainGraph(repository, "1.0.0" as never, { direction: "both", depth: 1 });
    expect(graph.edges.map(({ from }) => from)).toEqual([index.digest, index.digest, sbom.digest]);
    expect(graph.truncated).toBe(true);
  });

  test("both from an index; a blob; what is not there", async () => {
    const { repository, child } = signedIndex();
    const graph = await plainGraph(repository, "1.0.0" as never, { direction: "both" });
    expect(graph.edges).toHaveLength(6);
    const { nodes } = await plainGraph(repository, child.digest, {});
    const config = nodes.find(({ mediaType }) => mediaType.endsWith("config.v1+json"));
    const blob = config?.digest ?? child.digest;
    expect((await plainGraph(repository, blob, {})).nodes).toMatchObject([{ kind: "blob", missing: false, size: config?.size ?? 0 }]);
    expect(await plainGraph(repository, blob, { direction: "up" }).catch((thrown: unknown) => thrown)).toMatchObject({ kind: "refused" });
    const error = await plainGraph(repository, "2.0.0" as never, {}).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: "not-found" });
  });
});
