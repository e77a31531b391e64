import { describe, expect, test } from "bun:test";
import { type Digest, digestOf } from "../oci/digest.ts";
import { OCI_IMAGE_CONFIG, OCI_IMAGE_MANIFEST, OCI_LAYER_TAR } from "../oci/media-types.ts";
import { type ContentEdge, summarizeContent } from "./content-summary.ts";

const CONFIG = {
  created: "2026-12-01T00:00:00Z",
  os: "linux",
  architecture: "amd64",
  config: {
    Entrypoint: ["/bin/app"],
    Cmd: ["serve", "--all"],
    User: "1000",
    WorkingDir: "/srv",
    Env: ["A=b"],
    ExposedPorts: { "80/tcp": {} },
    Volumes: { "/data": {} },
  },
};

function edge(kind: ContentEdge["kind"], content: string, mediaType = OCI_LAYER_TAR): ContentEdge {
  return { kind, mediaType, digest: digestOf(Buffer.from(content)), size: content.length };
}

const child = (name: string) => edge("child", name, OCI_IMAGE_MANIFEST);
const nothing = { edges: async () => undefined, read: async () => undefined };

/** A source of an index: what its children point to. */
function source(children: ReadonlyMap<Digest, readonly ContentEdge[]>) {
  return { edges: async (digest: Digest) => children.get(digest), read: async () => undefined };
}

describe("what an artifact consists of", () => {
  test("an image: size, layers, and how it runs", async () => {
    const text = JSON.stringify(CONFIG);
    const [config, layer] = [edge("config", text, OCI_IMAGE_CONFIG), edge("layer", "layer")];
    const summary = await summarizeContent([config, layer, layer, edge("subject", "subject")], { ...nothing, read: async () => Buffer.from(text) });
    expect(summary).toMatchObject({ size: text.length + 5, config: { digest: config.digest, mediaType: OCI_IMAGE_CONFIG }, layerCount: 2 });
    expect(summary.layers).toEqual([layer, layer].map(({ mediaType, digest, size }) => ({ mediaType, digest, size })));
    expect(summary.image).toEqual({
      created: "2026-12-01T00:00:00Z",
      entrypoint: ["/bin/app"],
      command: ["serve", "--all"],
      user: "1000",
      workingDirectory: "/srv",
      environment: ["A=b"],
      ports: ["80/tcp"],
      volumes: ["/data"],
    });
  });

  test("an index: what its manifests share counts once", async () => {
    const [one, two] = [child("one"), child("two")];
    const [base, own] = [edge("layer", "a base layer"), edge("layer", "own")];
    const children = new Map([
      [one.digest, [base]],
      [two.digest, [base, own]],
    ]);
    expect(await summarizeContent([one, two], source(children))).toEqual({ size: 15, config: null, layers: [], layerCount: 0, image: null });
  });

  test("what is not known is not made up: an absent manifest, too many of them, indexes too deep", async () => {
    const size = async (edges: readonly ContentEdge[], children: ReadonlyMap<Digest, readonly ContentEdge[]>) =>
      (await summarizeContent(edges, source(children))).size;
    const [one, two, three, four] = [child("one"), child("two"), child("three"), child("four")];
    expect(await size([one], new Map())).toBeNull();
    const many = Array.from({ length: 65 }, (_, index) => child(`m${index}`));
    expect(await size(many, new Map(many.map(({ digest }) => [digest, []])))).toBeNull();
    expect(await size(many.slice(1), new Map(many.map(({ digest }) => [digest, []])))).toBe(0);
    const nested = new Map([
      [one.digest, [two]],
      [two.digest, [three]],
      [three.digest, [four]],
      [four.digest, []],
    ]);
    expect(await size([two], new Map([...nested, [three.digest, []]]))).toBe(0);
    expect(await size([one], nested)).toBeNull();
  });

  test.each(["{", "[]", '"text"', "\u0000"])("a config that is none (%j) tells nothing", async (text) => {
    const summary = await summarizeContent([edge("config", text, OCI_IMAGE_CONFIG)], { ...nothing, read: async () => Buffer.from(text) });
    expect(summary).toMatchObject({ size: text.length, image: null });
  });

  test("hostile configs: wrong types, endless lists and texts, control characters", async () => {
    const config = {
      config: { Entrypoint: "sh", Cmd: [1, null, "a\u0000b"], Env: Array(5000).fill("x".repeat(5000)), ExposedPorts: [], Volumes: null, User: {} },
    };
    const text = JSON.stringify({ ...config, created: 5 });
    const small = { ...edge("config", text, OCI_IMAGE_CONFIG), size: 1000 };
    const { image } = await summarizeContent([small], { ...nothing, read: async () => Buffer.from(text) });
    expect(image).toMatchObject({ created: null, entrypoint: [], command: ["a\uFFFDb"], user: null, ports: [], volumes: [] });
    expect(image?.environment).toHaveLength(200);
    expect(image?.environment[0]).toHaveLength(2048);
    const large = { ...small, size: 300 * 1024 };
    expect((await summarizeContent([large], { ...nothing, read: () => Promise.reject(new Error("not to be read")) })).image).toBeNull();
  });
});
