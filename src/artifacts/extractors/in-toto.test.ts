import { describe, expect, test } from "bun:test";
import { HOSTILE_JSON, parsed } from "../testing/content.ts";
import { CYCLONEDX, CYCLONEDX_PACKAGES, SPDX, SPDX_PACKAGES } from "../testing/sboms.ts";

const statement = (predicateType: string, predicate: unknown) => ({
  _type: "https://in-toto.io/Statement/v0.1",
  predicateType,
  subject: [{ name: "pkg:docker/team/app@latest", digest: { sha256: "a".repeat(64) } }],
  predicate,
});

const envelope = (payload: unknown, payloadType = "application/vnd.in-toto+json") => ({
  payloadType,
  payload: Buffer.from(JSON.stringify(payload)).toString("base64"),
  signatures: [{ sig: "MEUCIQ==" }],
});

const bundle = (content: object) => ({ mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json", verificationMaterial: {}, ...content });

const packages = (document: unknown) => parsed("in-toto", document).findings.dependencies as unknown;

describe("in-toto", () => {
  test.each(["https://spdx.dev/Document", "https://spdx.dev/Document/v2.3"])("reads the SPDX of %s", (type) => {
    expect(packages(statement(type, SPDX))).toEqual(SPDX_PACKAGES);
  });

  test.each(["https://cyclonedx.org/bom", "https://cyclonedx.org/bom/v1.5", "https://cyclonedx.org/schema"])("reads the CycloneDX of %s", (type) => {
    expect(packages(statement(type, CYCLONEDX))).toEqual(CYCLONEDX_PACKAGES);
  });

  test("reads what earlier versions of cosign wrapped", () => {
    expect(packages(statement("https://spdx.dev/Document", { Data: SPDX }))).toEqual(SPDX_PACKAGES);
    expect(packages(statement("https://spdx.dev/Document", { Data: JSON.stringify(SPDX) }))).toEqual(SPDX_PACKAGES);
  });

  test("reads envelopes and bundles", () => {
    expect(packages(envelope(statement("https://spdx.dev/Document", SPDX)))).toEqual(SPDX_PACKAGES);
    expect(packages(bundle({ dsseEnvelope: envelope(statement("https://cyclonedx.org/bom", CYCLONEDX)) }))).toEqual(CYCLONEDX_PACKAGES);
  });

  test.each([
    ["provenance", statement("https://slsa.dev/provenance/v1", { buildDefinition: {} })],
    ["a type that only begins alike", statement("https://spdx.dev/Documents", "text")],
    ["a signature in a bundle", bundle({ messageSignature: { signature: "MEUCIQ==" } })],
    ["an envelope of something else", envelope({ a: 1 }, "application/json")],
  ])("has nothing to say of %s", (_, document) => {
    expect(parsed("in-toto", document)).toMatchObject({ problem: undefined, findings: { dependencies: [] } });
  });

  test.each([
    ["no statement", { a: 1 }, "neither a statement nor an envelope"],
    ["a bundle of nothing", bundle({}), "neither a statement nor an envelope"],
    ["no predicateType", envelope({ predicate: {} }), "no predicateType"],
    ["a predicateType that is no text", { predicateType: {} }, "no predicateType"],
    ["no predicate", statement("https://spdx.dev/Document", null), "of type https://spdx.dev/Document has no predicate"],
    ["a predicate of another type", statement("https://spdx.dev/Document", CYCLONEDX), "neither an spdxVersion nor a @graph"],
    ["a payload that is no JSON", { payloadType: "application/vnd.in-toto+json", payload: "!!!" }, "the attestation is not valid JSON"],
    ["text that is no JSON", statement("https://spdx.dev/Document", { Data: "SPDXVersion: SPDX-2.2" }), "the attestation is not valid JSON"],
    ["an envelope that is too deep inside", envelope(JSON.parse(`${"[".repeat(250)}${"]".repeat(250)}`)), "not a JSON object"],
  ])("explains %s", (_, document, part) => expect(parsed("in-toto", document).problem).toContain(part));

  test.each(HOSTILE_JSON)("explains %s", (_, content) => expect(parsed("in-toto", content).problem).toContain("the attestation"));
});
