import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { ComponentDescriptor, JsonObject } from "../descriptor/component-descriptor.ts";
import { describeTree, parseDescriptor } from "../descriptor/parse-descriptor.ts";
import type { Normalisation } from "../signing/signing.ts";
import { normalise } from "./normalise.ts";

const VECTORS = join(import.meta.dir, "../../../test/component/fixtures/vectors");
const YAML = "application/vnd.ocm.software.component-descriptor.v2+yaml";

const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const textOf = (descriptor: ComponentDescriptor, normalisation: Normalisation): string => new TextDecoder().decode(normalise(descriptor, normalisation));

function descriptorOf(component: JsonObject): ComponentDescriptor {
  return describeTree({ meta: { schemaVersion: "v2" }, component: { name: "test.de/x", version: "v1", provider: "mandelsoft", ...component } }, "it")
    .descriptor;
}

describe("what other tools normalised", () => {
  const cases = [
    ["old-echo", "v1"],
    ["old-echo", "v2"],
    ["old-echo", "v3"],
    ["old-app", "v1"],
    ["old-app", "v2"],
    ["old-app", "v3"],
    ["ocmcli", "v3"],
  ] as const;
  test.each(cases)("%s, %s", async (name, version) => {
    const bytes = await Bun.file(join(VECTORS, `${name}.input.yaml`)).bytes();
    const { descriptor } = parseDescriptor(bytes, YAML, name);
    const expected = (await Bun.file(join(VECTORS, `${name}.${version}.norm.json`)).text()).trim();
    expect(textOf(descriptor, `jsonNormalisation/${version}`)).toBe(expected);
    if (version === "v3") expect(textOf(descriptor, "jsonNormalisation/v4alpha1")).toBe(expected);
  });
});

describe("known digests", () => {
  const resource = {
    name: "test",
    version: "v1",
    type: "plainText",
    relation: "local",
    access: { type: "localBlob", localReference: "x", mediaType: "text/plain" },
    digest: {
      hashAlgorithm: "SHA-256",
      normalisationAlgorithm: "genericBlobDigest/v1",
      value: "810ff2fb242a5dee4220f2cb0e6a519891fb67f2f828a6cab4ef8894633b1f50",
    },
  };
  test.each([
    ["v1", {}, "37f7f500d87f4b0a8765649f7c047db382e272b73e042805131df57279991b2b"],
    ["v2", {}, "33aeb8c46ea4bacbf0bc3ac42c186c7f5e313584601a93bf861c016d73c9e4f1"],
    ["v3", {}, "33aeb8c46ea4bacbf0bc3ac42c186c7f5e313584601a93bf861c016d73c9e4f1"],
    ["v4alpha1", {}, "33aeb8c46ea4bacbf0bc3ac42c186c7f5e313584601a93bf861c016d73c9e4f1"],
    ["v1", { resources: [resource] }, "9d8fc24cf27d1092f58098286d9f63c6824c2daf739c19789f64c062d1f30cc5"],
    ["v2", { resources: [resource] }, "6e8e9eb0af1c4c0b9dcc4161168b3f0ad913bc85e4234688dd6d4b283fe4b956"],
    ["v3", { resources: [resource] }, "6e8e9eb0af1c4c0b9dcc4161168b3f0ad913bc85e4234688dd6d4b283fe4b956"],
  ] as const)("%s %#", (version, component, expected) => {
    expect(hashOf(normalise(descriptorOf(component), `jsonNormalisation/${version}`))).toBe(expected);
  });
});

describe("what is digested, and what is not", () => {
  const digest = { hashAlgorithm: "SHA-256", normalisationAlgorithm: "genericBlobDigest/v1", value: "00" };
  const resource = { name: "it", version: "1", type: "blob", relation: "local", access: { type: "localBlob", localReference: "a" }, digest };
  const V3 = "jsonNormalisation/v3";
  const base = textOf(descriptorOf({ resources: [resource] }), V3);
  const same: readonly JsonObject[] = [
    { resources: [{ ...resource, access: { type: "ociArtifact", imageReference: "x/y:1" } }] },
    { resources: [{ ...resource, srcRefs: [{ identitySelector: { name: "s" } }] }] },
    { resources: [{ ...resource, labels: [{ name: "l", value: 1 }] }] },
    { resources: [{ ...resource, extraIdentity: {}, labels: [] }] },
    { resources: [resource], repositoryContexts: [{ type: "OCIRegistry", baseUrl: "x" }], labels: [{ name: "l", value: 1, signing: false }] },
    { resources: [resource], creationTime: null },
  ];
  test.each(same.map((component) => [component]))("the same: %j", (component) => {
    expect(textOf(descriptorOf(component), V3)).toBe(base);
  });
  const other: readonly JsonObject[] = [
    { resources: [{ ...resource, type: "yaml" }] },
    { resources: [{ ...resource, digest: { ...digest, value: "01" } }] },
    { resources: [{ ...resource, labels: [{ name: "l", value: 1, signing: true }] }] },
    { resources: [{ ...resource, extraIdentity: { os: "linux" } }] },
    { resources: [resource], creationTime: "2026-01-01T00:00:00Z" },
    { resources: [resource], sources: [{ name: "src", version: "1", type: "git", access: { type: "none" } }] },
  ];
  test.each(other.map((component) => [component]))("another: %j", (component) => {
    expect(textOf(descriptorOf(component), V3)).not.toBe(base);
  });

  test("a resource without content has no digest", () => {
    expect(textOf(descriptorOf({ resources: [{ ...resource, access: { type: "None" } }] }), V3)).not.toContain("genericBlobDigest");
  });

  test("references keep every label; other elements those that sign, reduced", () => {
    const labels = [
      { name: "n", value: { b: 1, a: null }, signing: true, version: "v1", merge: { algorithm: "default" } },
      { name: "x", value: 2 },
    ];
    const reference = { name: "ref", componentName: "acme.org/a", version: "1", labels };
    const text = textOf(descriptorOf({ resources: [{ ...resource, labels }], componentReferences: [reference] }), V3);
    expect(JSON.parse(text)).toMatchObject({
      component: {
        componentReferences: [{ labels: [{ merge: { algorithm: "default" } }, { name: "x" }] }],
        resources: [{ labels: [{ name: "n", signing: true, version: "v1" }] }],
      },
    });
    expect(JSON.parse(text).component.resources[0].labels[0].merge).toBeUndefined();
  });

  test("a provider with labels", () => {
    const provider = JSON.stringify({
      name: "acme.org",
      labels: [
        { name: "a", value: 1, signing: true },
        { name: "b", value: 2 },
      ],
    });
    expect(JSON.parse(textOf(descriptorOf({ provider }), V3)).component.provider).toEqual({
      name: "acme.org",
      labels: [{ name: "a", value: 1, signing: true }],
    });
  });

  test("resources of one name are told apart by version in v2, but the last", () => {
    const text = textOf(descriptorOf({ resources: [resource, { ...resource, version: "2" }] }), "jsonNormalisation/v2");
    expect(JSON.parse(text).component.resources.map((each: JsonObject) => each.extraIdentity)).toEqual([{ version: "1" }, undefined]);
  });

  describe("v1, as the older command line has it", () => {
    const V1 = "jsonNormalisation/v1";
    const formOf = (provider: string, resources = "[]") =>
      `[{"component":[{"componentReferences":[]},{"name":"test.de/x"},{"provider":${provider}},{"resources":${resources}},{"version":"v1"}]},{"meta":[{"schemaVersion":"v2"}]}]`;
    const label = { name: "acme.org/city", value: "Berlin", signing: true, version: "v1" };
    const signed = '{"labels":[[{"name":"acme.org/city"},{"signing":true},{"value":"Berlin"},{"version":"v1"}]]}';
    test.each<[string, unknown, string]>([
      ["a name", "acme.org", '"acme.org"'],
      ["a signed label", { name: "acme.org", labels: [label] }, `[${signed},{"name":"acme.org"}]`],
      ["a signed and another label", { name: "acme.org", labels: [{ name: "x", value: 1 }, label] }, `[${signed},{"name":"acme.org"}]`],
      ["a label that is not signed", { name: "acme.org", labels: [{ name: "x", value: 1 }] }, '[{"name":"acme.org"}]'],
      ["no labels", { name: "acme.org", labels: [] }, '"acme.org"'],
      ["a name in an object", { name: "acme.org" }, '"acme.org"'],
    ])("the provider with %s", (_, provider, expected) => {
      const text = typeof provider === "string" ? provider : JSON.stringify(provider);
      expect(textOf(descriptorOf({ provider: text }), V1)).toBe(formOf(expected));
    });

    const named = (version: string, more: JsonObject = {}) => ({ ...resource, version, ...more });
    const identities = (resources: readonly JsonObject[]) =>
      [...textOf(descriptorOf({ resources }), V1).matchAll(/\{"extraIdentity":(null|\[.*?\])\}/g)].map(([, identity]) => identity);
    test.each<[string, readonly JsonObject[], readonly string[]]>([
      ["absent", [named("1"), named("2")], ['[{"version":"1"}]', "null"]],
      ["empty", [named("1", { extraIdentity: {} }), named("2", { extraIdentity: {} })], ['[{"version":"1"}]', "null"]],
      ["mixed", [named("1"), named("2", { extraIdentity: {} }), named("3")], ['[{"version":"1"}]', '[{"version":"2"}]', "null"]],
      ["shared", [named("1", { extraIdentity: { os: "a" } }), named("2", { extraIdentity: { os: "a" } })], ['[{"os":"a"},{"version":"1"}]', '[{"os":"a"}]']],
      ["different", [named("1", { extraIdentity: { os: "a" } }), named("2")], ['[{"os":"a"}]', "null"]],
    ])("resources of one name, extra identity %s", (_, resources, expected) => {
      expect(identities(resources)).toEqual([...expected]);
    });

    test("references of one name stay as they are", () => {
      const reference = (version: string) => ({ name: "it", componentName: "acme.org/it", version });
      const text = textOf(descriptorOf({ componentReferences: [reference("1"), reference("2")] }), V1);
      expect([...text.matchAll(/\{"extraIdentity":null\}/g)]).toHaveLength(2);
    });
  });

  test("v1 escapes what could end a script", () => {
    const labels = [{ name: "l", value: "<a & b>\u2028", signing: true }];
    expect(textOf(descriptorOf({ labels }), "jsonNormalisation/v1")).toContain('"\\u003ca \\u0026 b\\u003e\\u2028"');
    expect(textOf(descriptorOf({ labels }), V3)).toContain('"<a & b>\u2028"');
  });
});
