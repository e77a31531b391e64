import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { processorTime } from "../../../test/support/processor-time.ts";
import { ComponentError } from "../component-error.ts";
import type { ComponentDescriptor } from "./component-descriptor.ts";
import { DESCRIPTOR_JSON, DESCRIPTOR_YAML, DESCRIPTOR_YAML_TAR } from "./descriptor-media-type.ts";
import { formatDescriptor } from "./format-descriptor.ts";
import { jsonEqual } from "./json-tree.ts";
import { parseDescriptor } from "./parse-descriptor.ts";

const VECTORS = join(import.meta.dir, "../../../test/component/fixtures/vectors");

const encode = (text: string) => new TextEncoder().encode(text);

function parse(value: unknown, mediaType = DESCRIPTOR_JSON) {
  return parseDescriptor(encode(typeof value === "string" ? value : JSON.stringify(value)), mediaType, "it");
}

const resource = { name: "image", version: "1.0.0", type: "ociImage", relation: "local", access: { type: "localBlob", localReference: "sha256:00" } };

function descriptor(component: object = {}, rest: object = {}): Record<string, unknown> {
  const lists = { repositoryContexts: [], resources: [], sources: [], componentReferences: [] };
  return { meta: { schemaVersion: "v2" }, component: { name: "acme.org/app", version: "1.0.0", provider: "acme.org", ...lists, ...component }, ...rest };
}

test.each(["old-app", "old-echo", "ocmcli"])("a descriptor of another tool: %s", async (name) => {
  const bytes = new Uint8Array(await Bun.file(join(VECTORS, `${name}.input.yaml`)).arrayBuffer());
  const { descriptor, schema, warnings } = parseDescriptor(bytes, DESCRIPTOR_YAML, name);
  expect(schema).toBe("v2");
  expect(warnings).toEqual([]);
  for (const mediaType of [DESCRIPTOR_JSON, DESCRIPTOR_YAML, DESCRIPTOR_YAML_TAR]) {
    for (const written of ["v2", "v3alpha1"] as const) {
      const again = parseDescriptor(formatDescriptor(descriptor, mediaType, written), mediaType, name);
      expect(again.schema).toBe(written);
      expect(jsonEqual(again.descriptor, descriptor)).toBe(true);
    }
  }
});

test("times stay texts, numbers become doubles, unknown fields stay", () => {
  const text = `
meta: {schemaVersion: v2}
component:
  name: acme.org/app
  version: "1"
  provider: acme.org
  creationTime: 2026-11-21T08:07:56Z
  resources: null
  labels:
    - {name: n, value: 12345678901234567890, x-more: yes}
  x-unknown: [1.5, 0x10, "on"]
`;
  const { component } = parse(text, DESCRIPTOR_YAML).descriptor;
  expect(component.creationTime).toBe("2026-11-21T08:07:56Z");
  expect(component.labels).toEqual([{ name: "n", value: 12345678901234567000, "x-more": "yes" }]);
  expect(component["x-unknown"]).toEqual([1.5, 16, "on"]);
  expect(component.resources).toEqual([]);
});

test("a long descriptor is read like a short one, at little cost", async () => {
  const line = "  - {name: text-NUMBER, version: 1.0.0, type: plainText, relation: local, access: {type: localBlob, localReference: on, size: 1e3}}\n";
  const head =
    "meta: {schemaVersion: v2}\ncomponent:\n  name: acme.org/app\n  version: 1.0.0\n  provider: acme.org\n  creationTime: 2026-11-21T08:07:56Z\n  resources:\n";
  const text = (count: number) => head + Array.from({ length: count }, (_, at) => line.replace("NUMBER", String(at))).join("");
  const short = parse(text(2), DESCRIPTOR_YAML).descriptor;
  let long = short;
  const took = await processorTime(() => {
    long = parse(text(5000), DESCRIPTOR_YAML).descriptor;
  });
  expect(took).toBeLessThan(5000);
  expect(long.component.resources).toHaveLength(5000);
  expect(long.component.resources.slice(0, 2)).toEqual([...short.component.resources]);
  expect(long.component.creationTime).toBe("2026-11-21T08:07:56Z");
});

test("v3alpha1 is read as v2", () => {
  const { descriptor: read, schema } = parse({
    apiVersion: "ocm.gardener.cloud/v3alpha1",
    kind: "ComponentVersion",
    metadata: { name: "acme.org/app", version: "1.0.0", provider: { name: "acme.org", labels: [{ name: "a", value: 1 }] }, labels: [] },
    spec: { resources: [resource], references: [{ name: "echo", componentName: "acme.org/echo", version: "1.0.0" }] },
    signatures: [],
  });
  expect(schema).toBe("v3alpha1");
  expect(read.component.componentReferences[0]?.componentName).toBe("acme.org/echo");
  expect(JSON.parse(read.component.provider)).toEqual({ name: "acme.org", labels: [{ name: "a", value: 1 }] });
  expect(jsonEqual(parse(JSON.parse(new TextDecoder().decode(formatDescriptor(read, DESCRIPTOR_JSON, "v3alpha1")))).descriptor, read)).toBe(true);
});

test("what v3alpha1 does not know stays where it was", () => {
  const tree = {
    apiVersion: "ocm.software/v3alpha1",
    kind: "ComponentVersion",
    metadata: { name: "acme.org/app", version: "1.0.0", provider: { name: "acme.org" }, more: [1] },
    repositoryContexts: [],
    spec: { resources: [resource], sources: [], references: [], more: { of: "spec" } },
    signatures: [],
    more: 2,
  };
  const { descriptor: read } = parse(tree);
  expect(JSON.parse(new TextDecoder().decode(formatDescriptor(read, DESCRIPTOR_JSON, "v3alpha1")))).toEqual(tree);
});

test("algorithms of labels that are merged", () => {
  const warnings = (algorithm: string) => parse(descriptor({ labels: [{ name: "a", value: 1, merge: { algorithm } }] })).warnings;
  expect(["default", "simpleMapMerge", "mapListMerge/v1", "acme.org/own"].flatMap(warnings)).toEqual([]);
  expect(warnings("two words")).toEqual([expect.stringContaining("merge.algorithm")]);
});

const broken: readonly (readonly [path: string, value: unknown])[] = [
  ["meta", { component: {} }],
  ["meta.schemaVersion", descriptor({}, { meta: { schemaVersion: "v9" } })],
  ["component", { meta: { schemaVersion: "v2" } }],
  ["component.name", descriptor({ name: "Acme.org/app" })],
  ["component.name", descriptor({ name: "acme.org" })],
  ["component.version", descriptor({ version: "one" })],
  ["component.version", descriptor({ version: 1 })],
  ["component.provider", descriptor({ provider: "" })],
  ["component.provider", descriptor({ provider: "{broken" })],
  ["component.resources", descriptor({ resources: {} })],
  ["component.resources[1]", descriptor({ resources: [resource, "x"] })],
  ["component.resources[0].name", descriptor({ resources: [{ ...resource, name: "UPPER" }] })],
  ["component.resources[0].name", descriptor({ resources: [{ ...resource, name: "../../etc" }] })],
  ["component.resources[0].version", descriptor({ resources: [{ ...resource, version: undefined }] })],
  ["component.resources[0].type", descriptor({ resources: [{ ...resource, type: undefined }] })],
  ["component.resources[0].access", descriptor({ resources: [{ ...resource, access: undefined }] })],
  ["component.resources[0].access.type", descriptor({ resources: [{ ...resource, access: { localReference: "x" } }] })],
  ["component.resources[0].digest.value", descriptor({ resources: [{ ...resource, digest: { hashAlgorithm: "SHA-256", normalisationAlgorithm: "x" } }] })],
  ["component.resources[0].extraIdentity.os", descriptor({ resources: [{ ...resource, extraIdentity: { os: 1 } }] })],
  ["component.sources[0].name", descriptor({ sources: [{ version: "1", type: "git", access: { type: "none" } }] })],
  ["component.componentReferences[0].componentName", descriptor({ componentReferences: [{ name: "echo", version: "1" }] })],
  ["component.labels[0].name", descriptor({ labels: [{ value: 1 }] })],
  [
    "signatures[0].signature.value",
    descriptor(
      {},
      { signatures: [{ name: "s", digest: { hashAlgorithm: "", normalisationAlgorithm: "", value: "" }, signature: { algorithm: "a", mediaType: "m" } }] },
    ),
  ],
];

test.each(broken)("an error names its field: %s", (path, value) => {
  try {
    parse(value);
    throw new Error("it was taken");
  } catch (error) {
    expect(error).toBeInstanceOf(ComponentError);
    expect(error).toMatchObject({ kind: "invalid", subject: path });
  }
});

const lenient: readonly (readonly [path: string, value: unknown])[] = [
  ["component.sources[0].name:", descriptor({ sources: [{ ...resource, name: "UPPER" }] })],
  ["component.componentReferences[0].name:", descriptor({ componentReferences: [{ name: "UPPER", componentName: "acme.org/echo", version: "1" }] })],
  ["component.resources[0].relation:", descriptor({ resources: [{ ...resource, relation: undefined }] })],
  ["component.resources[1]: duplicate", descriptor({ resources: [resource, resource] })],
  ["component.resources[0].extraIdentity.name:", descriptor({ resources: [{ ...resource, extraIdentity: { name: "x" } }] })],
  ["component.sources[0].digest:", descriptor({ sources: [{ ...resource, digest: { hashAlgorithm: "a", normalisationAlgorithm: "b", value: "00" } }] })],
  ["component.componentReferences[0].more:", descriptor({ componentReferences: [{ name: "echo", componentName: "acme.org/echo", version: "1", more: 1 }] })],
  ["component.labels[0].version:", descriptor({ labels: [{ name: "n", value: 1, version: "1" }] })],
  ["component.creationTime:", descriptor({ creationTime: "yesterday" })],
  [
    "signatures[1].name: there are two",
    descriptor(
      {},
      {
        signatures: [1, 2].map(() => ({
          name: "s",
          digest: { hashAlgorithm: "a", normalisationAlgorithm: "b", value: "00" },
          signature: { algorithm: "a", mediaType: "m", value: "v" },
        })),
      },
    ),
  ],
];

test.each(lenient)("readers go on after a warning: %s", (start, value) => {
  const { warnings, descriptor: read } = parse(value);
  expect(warnings.find((warning) => warning.startsWith(start))).toBeDefined();
  expect(jsonEqual(read as ComponentDescriptor, JSON.parse(JSON.stringify(value)))).toBe(true);
});

describe("what is no descriptor is refused in time", () => {
  const laughs = `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghij"
    .split("")
    .map((name, at) => `${name}: &${name} [${Array(9).fill(`*${"abcdefghij"[at]}`).join(",")}]`)
    .join("\n")}`;
  test.each<readonly [string, string, string]>([
    ["many laughs", laughs, DESCRIPTOR_YAML],
    ["many laughs in a long text", `${laughs}\n# ${"x".repeat(70_000)}`, DESCRIPTOR_YAML],
    ["several documents in a long text", `meta: 1\n---\nmeta: 2\n# ${"x".repeat(70_000)}`, DESCRIPTOR_YAML],
    ["a deep nest of YAML in a long text", `meta: ${"[".repeat(90_000)}`, DESCRIPTOR_YAML],
    ["a deep nest of JSON", `{"meta":${"[".repeat(50_000)}${"]".repeat(50_000)}}`, DESCRIPTOR_JSON],
    ["a deep nest of YAML", `meta: ${"[".repeat(50_000)}`, DESCRIPTOR_YAML],
    ["an infinite number", "meta: .inf", DESCRIPTOR_YAML],
    ["a key twice", "meta: 1\nmeta: 2", DESCRIPTOR_YAML],
    ["no text", "\u0000", DESCRIPTOR_YAML_TAR],
    ["nothing", "", DESCRIPTOR_JSON],
    ["a list", "[]", DESCRIPTOR_JSON],
    ["an unknown type", "{}", "application/json"],
  ])("%s", (_, text, mediaType) => {
    expect(() => parse(text, mediaType)).toThrow(ComponentError);
  });

  test("bytes that are no UTF-8", () => {
    expect(() => parseDescriptor(new Uint8Array([0xff, 0xfe, 0x00]), DESCRIPTOR_JSON, "it")).toThrow(/UTF-8/);
  });
});
