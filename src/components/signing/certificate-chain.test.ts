import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describeTree } from "../descriptor/parse-descriptor.ts";
import { signingChain, splitCertificates, verifyChain } from "./certificate-chain.ts";
import { parsePrivateKey } from "./keys.ts";
import { signDescriptor } from "./sign-descriptor.ts";
import { verifySignature } from "./verify-signature.ts";

const FOLDER = join(import.meta.dir, "../../../test/component/signing/certificates");
const read = (name: string) => readFileSync(join(FOLDER, name), "utf8");
const certificates = (name: string) => splitCertificates(read(name), name);
const key = parsePrivateKey(read("signer.key"), "signer.key");
const now = new Date("2026-11-21T00:00:00Z");
const roots = certificates("authority.crt");
const [leaf = "", intermediate = ""] = certificates("chain.pem");

function problemOf(action: () => unknown): string {
  try {
    action();
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe("a chain of certificates", () => {
  test.each([
    ["with its authority", certificates("chain.pem")],
    ["without its authority", [leaf, intermediate]],
  ])("%s", (_, chain) => {
    expect(verifyChain(chain, { roots, now }).subject).toContain("Acme Release");
  });

  test("an intermediate authority that is trusted is enough", () => {
    expect(verifyChain([leaf], { roots: [intermediate], now }).subject).toContain("Acme Release");
  });

  test.each([
    ["another authority is trusted", certificates("chain.pem"), certificates("other.crt"), "nobody who is trusted issued"],
    ["only the usual authorities are trusted", certificates("chain.pem"), undefined, "--ca-cert"],
    ["the intermediate is missing", [leaf], roots, "nobody who is trusted issued"],
    ["another certificate is in its place", [leaf, ...certificates("other.crt")], roots, "nobody who is trusted issued"],
    ["it is no authority's", certificates("forged.pem"), roots, "was not issued by the next one"],
    ["the issuer that is trusted is no authority", certificates("forged.pem").slice(0, 1), certificates("forged.pem").slice(1), "nobody who is trusted issued"],
    ["it is over", certificates("expired.crt"), roots, "was valid until"],
    ["it has not begun", certificates("early.crt"), roots, "valid from"],
    ["it is for servers", certificates("server.crt"), roots, "not for signing code"],
    ["it signed itself", certificates("self-signed.crt"), certificates("self-signed.crt"), "signed by itself"],
    ["there is none", [], roots, "has no certificate"],
    ["it is endless", Array.from({ length: 11 }, () => leaf), roots, "more than 10"],
  ])("is refused when %s", (_, chain, trusted, message) => {
    expect(problemOf(() => verifyChain(chain, { now, ...(trusted !== undefined && { roots: trusted }) }))).toContain(message);
  });
});

describe("the chain of a signature", () => {
  const chainOf = (name: string, signer = key) => signingChain(read(name), { key: signer, now, label: name });

  test("leaves out authorities that signed themselves", () => {
    expect(chainOf("chain.pem")).toEqual([leaf, intermediate]);
    expect(chainOf("leaf.crt")).toEqual([leaf]);
  });

  test.each([
    ["authority.crt", "not of the key"],
    ["expired.crt", "not valid today"],
    ["early.crt", "not valid today"],
    ["server.crt", "not for signing code"],
    ["self-signed.crt", "signed by itself"],
    ["signer.key", "has no certificate"],
  ])("of %s is refused", (name, message) => {
    expect(problemOf(() => chainOf(name))).toContain(message);
  });

  test("is refused in another order", () => {
    expect(problemOf(() => signingChain(`${leaf}${roots[0]}${intermediate}`, { key, now, label: "x" }))).toContain("write the leaf first");
  });
});

test("a signature with certificates needs no key, and says whose it is", () => {
  const { descriptor } = describeTree({ meta: { schemaVersion: "v2" }, component: { name: "acme.org/app", version: "1.0.0", provider: "acme.org" } }, "it");
  const chain = signingChain(read("chain.pem"), { key, now, label: "chain.pem" });
  for (const algorithm of ["RSASSA-PKCS1-V1_5", "RSASSA-PSS"] as const) {
    const { signature } = signDescriptor(descriptor, { name: "s", key, chain, algorithm });
    expect(signature.signature.mediaType).toBe("application/x-pem-file");
    verifySignature(descriptor, signature, { roots, now });
    for (const issuer of ["CN=Acme Release,O=Acme", "CN=Acme Intermediate", "O=Acme\nCN=Acme Release"]) {
      verifySignature(descriptor, { ...signature, signature: { ...signature.signature, issuer } }, { roots, now });
    }
    const other = { ...signature, signature: { ...signature.signature, issuer: "CN=Somebody" } };
    expect(problemOf(() => verifySignature(descriptor, other, { roots, now }))).toContain("names the issuer CN=Somebody");
    expect(problemOf(() => verifySignature(descriptor, signature, { now }))).toContain("--ca-cert");
  }
});
