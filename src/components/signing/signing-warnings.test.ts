import { expect, test } from "bun:test";
import type { JsonObject } from "../descriptor/component-descriptor.ts";
import { sampleDescriptor, sampleResource } from "../repository/testing/sample-version.ts";
import { type SigningWay, signingWarnings } from "./signing-warnings.ts";

const usual: SigningWay = { normalisation: "jsonNormalisation/v3", hash: "SHA-256", algorithm: "RSASSA-PKCS1-V1_5", hasCertificates: false };
const warningsOf = (component: JsonObject, way: Partial<SigningWay> = {}) => signingWarnings(sampleDescriptor(component), { ...usual, ...way });
const label = (more: JsonObject) => ({ name: "acme.org/x", value: 1, signing: true, ...more });

test("what both command lines make the same of needs no warning", () => {
  const labels = [label({ value: { a: [null, 1] } }), label({ name: "b", value: { x: null }, signing: false, version: "v1" })];
  const resources = [sampleResource("app", { type: "none" }, { labels, srcRefs: [] })];
  expect(warningsOf({ labels, resources, creationTime: "2026-01-01T00:00:00Z" })).toEqual([]);
});

test.each<[JsonObject, string]>([
  [{ labels: [label({ value: { a: { b: null } } })] }, "component.labels[0].value has a null"],
  [{ labels: [label({ value: [{ b: null }] })] }, "component.labels[0].value has a null"],
  [{ labels: [label({ version: "v1" })] }, "component.labels[0].version is dropped"],
  [{ provider: JSON.stringify({ name: "acme.org", labels: [label({ value: { a: null } })] }) }, "component.provider.labels[0].value has a null"],
  [{ resources: [sampleResource("app", { type: "none" }, { labels: [label({ version: "v1" })] })] }, "component.resources[0].labels[0].version is dropped"],
  [{ sources: [sampleResource("src", { type: "none" })] }, "component.sources[0].relation is not of the schema"],
  [{ resources: [sampleResource("app", { type: "none" }, { note: "x" })] }, "component.resources[0].note is not of the schema"],
  [{ note: 1 }, "component.note is not of the schema"],
  [
    { componentReferences: [{ name: "echo", componentName: "acme.org/echo", version: "1.0.0", labels: [{ name: "x", value: { a: null } }] }] },
    "component.componentReferences[0].labels[0].value has a null",
  ],
])("%j", (component, message) => {
  expect(warningsOf(component)).toEqual([expect.stringContaining(message)]);
});

test("ways that one of them does not know", () => {
  const digest = { hashAlgorithm: "SHA-256", normalisationAlgorithm: "jsonNormalisation/v3", value: "00" };
  const component = { componentReferences: [{ name: "echo", componentName: "acme.org/echo", version: "1.0.0", digest }] };
  expect(warningsOf(component)).toEqual([]);
  expect(warningsOf({}, { normalisation: "jsonNormalisation/v4alpha1" })).toEqual([expect.stringContaining("older")]);
  expect(warningsOf({}, { normalisation: "jsonNormalisation/v2" })).toEqual([expect.stringContaining("newer")]);
  expect(warningsOf({}, { algorithm: "RSASSA-PSS" })).toEqual([expect.stringContaining("older")]);
  expect(warningsOf({}, { algorithm: "RSASSA-PSS", hasCertificates: true })).toEqual([]);
  expect(warningsOf(component, { hash: "SHA-512" })).toEqual([expect.stringContaining("component.componentReferences[0].digest")]);
});
