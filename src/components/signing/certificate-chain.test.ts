import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { nameWarnings, signingChain, splitCertificates } from "./certificate-chain.ts";
import { parsePrivateKey } from "./keys.ts";

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

test("a name that does not say whose certificate it is is warned of", () => {
  expect(nameWarnings("Acme Release", [leaf])).toEqual([]);
  expect(nameWarnings("CN=Acme Release,O=Acme", [leaf])).toEqual([]);
  expect(nameWarnings("acme", [])).toEqual([]);
  expect(nameWarnings("acme", [leaf])).toEqual([expect.stringContaining("--subject 'CN=Acme Release,O=Acme'")]);
});
