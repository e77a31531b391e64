import { describe, expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { createRegistryClient } from "../../client/registry-client.ts";
import { ComponentError } from "../component-error.ts";
import type { ComponentDescriptor, JsonObject, Signature } from "../descriptor/component-descriptor.ts";
import { describeTree } from "../descriptor/parse-descriptor.ts";
import { createComponentRepository } from "../repository/create-component-repository.ts";
import { openComponentStore } from "../repository/open-component-store.ts";
import { parsePrivateKey, parsePublicKey } from "./keys.ts";
import { signDescriptor, withSignature } from "./sign-descriptor.ts";
import { NORMALISATIONS, SIGNATURE_ALGORITHMS } from "./signing.ts";
import { type VerifyOptions, verifySignature } from "./verify-signature.ts";

const FIXTURES = join(import.meta.dir, "../../../test/component/fixtures");
const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
const key = parsePublicKey(keys.publicKey.export({ type: "spki", format: "pem" }).toString(), "the key");

const descriptor = describeTree(
  { meta: { schemaVersion: "v2" }, component: { name: "acme.org/app", version: "1.0.0", provider: "acme.org" } },
  "it",
).descriptor;

/** What is wrong with the signature, or undefined. */
async function problemOf(of: ComponentDescriptor, signature: Signature, options: VerifyOptions = { key }): Promise<ComponentError | undefined> {
  try {
    await verifySignature(of, signature, options);
    return undefined;
  } catch (error) {
    if (error instanceof ComponentError) return error;
    throw error;
  }
}

const edited = (of: ComponentDescriptor, component: JsonObject): ComponentDescriptor => ({ ...of, component: { ...of.component, ...component } });

describe("a signature of one's own", () => {
  const cases = NORMALISATIONS.flatMap((normalisation) =>
    SIGNATURE_ALGORITHMS.flatMap((algorithm) => (["SHA-256", "SHA-512"] as const).map((hash) => ({ normalisation, algorithm, hash }))),
  );
  test.each(cases)("$normalisation, $algorithm, $hash", async (how) => {
    const { signature } = signDescriptor(descriptor, { name: "s", key: keys.privateKey, ...how });
    expect(await problemOf(descriptor, signature)).toBeUndefined();
    expect(await problemOf(edited(descriptor, { version: "1.0.1" }), signature)).toMatchObject({
      kind: "finding",
      message: expect.stringContaining("other content"),
    });
    const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey;
    expect(await problemOf(descriptor, signature, { key: other })).toMatchObject({
      kind: "finding",
      message: expect.stringContaining("not made with this key"),
    });
  });

  test("is by default what today's command lines verify", () => {
    const { signature } = signDescriptor(descriptor, { name: "s", key: keys.privateKey });
    expect(signature).toMatchObject({
      digest: { hashAlgorithm: "SHA-256", normalisationAlgorithm: "jsonNormalisation/v3" },
      signature: { algorithm: "RSASSA-PKCS1-V1_5", mediaType: "application/vnd.ocm.signature.rsa", value: expect.stringMatching(/^[0-9a-f]{512}$/) },
    });
  });

  test("takes the place of one of the same name", () => {
    const sign = (name: string) => signDescriptor(descriptor, { name, key: keys.privateKey }).signature;
    const signed = [sign("a"), sign("b"), sign("a")].reduce(withSignature, descriptor);
    expect(signed.signatures?.map(({ name }) => name)).toEqual(["b", "a"]);
  });
});

describe("what cannot be verified is refused", () => {
  const { signature } = signDescriptor(descriptor, { name: "s", key: keys.privateKey });
  const inner = signature.signature;
  const bad: readonly [string, Signature, string][] = [
    ["a value that is not hexadecimal", { ...signature, signature: { ...inner, value: "xyz" } }, "not hexadecimal"],
    ["an empty value", { ...signature, signature: { ...inner, value: "" } }, "not hexadecimal"],
    ["a flipped byte", { ...signature, signature: { ...inner, value: `00${inner.value.slice(2)}` } }, "not made with this key"],
    ["another algorithm", { ...signature, signature: { ...inner, algorithm: "ECDSA" } }, "algorithm 'ECDSA'"],
    ["the other algorithm", { ...signature, signature: { ...inner, algorithm: "RSASSA-PSS" } }, "not made with this key"],
    ["another type", { ...signature, signature: { ...inner, mediaType: "application/x" } }, "type 'application/x'"],
    ["another normalisation", { ...signature, digest: { ...signature.digest, normalisationAlgorithm: "jsonNormalisation/v9" } }, "unknown normalisation"],
    ["another hash", { ...signature, digest: { ...signature.digest, hashAlgorithm: "MD5" } }, "unknown hash algorithm"],
  ];
  test.each(bad)("%s", async (_, of, message) => {
    expect((await problemOf(descriptor, of))?.message).toContain(message);
  });

  test("one without a certificate, when no key is given", async () => {
    expect((await problemOf(descriptor, signature, {}))?.message).toContain("--key");
  });

  test("keys that are none, too short or not RSA", () => {
    const pem = (pair: { readonly privateKey: { export(o: { type: "pkcs8"; format: "pem" }): string | Buffer } }) =>
      pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    expect(() => parsePrivateKey("nothing", "k.pem")).toThrow("k.pem is no private key");
    expect(() => parsePublicKey("nothing", "k.pem")).toThrow("k.pem is no public key");
    expect(() => parsePrivateKey(pem(generateKeyPairSync("rsa", { modulusLength: 1024 })), "k.pem")).toThrow("1024 bits");
    expect(() => parsePrivateKey(pem(generateKeyPairSync("ed25519")), "k.pem")).toThrow("ed25519");
  });
});

describe("what other tools signed", () => {
  test.each(["older-cli-signed", "newer-cli-signed"])("%s", async (folder) => {
    const path = join(FIXTURES, folder);
    const store = await openComponentStore({ kind: "ctf", path, format: undefined }, { client: createRegistryClient({ env: {} }), access: "read" });
    const theirs = parsePublicKey(await Bun.file(join(FIXTURES, "rsa.pub")).text(), "rsa.pub");
    const repository = createComponentRepository(store);
    let count = 0;
    for (const [name, version] of [
      ["acme.org/demo/echo", "1.0.0"],
      ["acme.org/demo/app", "2.0.0"],
    ] as const) {
      const { descriptor: of } = await repository.get(name, version);
      for (const signature of of.signatures ?? []) {
        count++;
        expect(await problemOf(of, signature, { key: theirs })).toBeUndefined();
        expect(await problemOf(edited(of, { provider: "evil.org" }), signature, { key: theirs })).toMatchObject({ kind: "finding" });
      }
    }
    await store.close();
    expect(count).toBeGreaterThan(0);
  });
});
