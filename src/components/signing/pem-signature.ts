import { ComponentError } from "../component-error.ts";

/** A signature with the certificates of its key, leaf first. */
export interface PemSignature {
  readonly algorithm: string | undefined;
  readonly value: Uint8Array;
  /** PEM. */
  readonly chain: readonly string[];
}

const BLOCK = /-----BEGIN ([A-Z ]+)-----\r?\n([\s\S]*?)-----END \1-----/g;

/** Characters in a line of a PEM block (RFC 7468, section 2). */
const LINE = 64;

/** Media type `application/x-pem-file`: a block SIGNATURE with its algorithm as header, then certificates. */
export function formatPemSignature(algorithm: string, value: Uint8Array, chain: readonly string[]): string {
  const lines =
    Buffer.from(value)
      .toString("base64")
      .match(new RegExp(`.{1,${LINE}}`, "g")) ?? [];
  const block = ["-----BEGIN SIGNATURE-----", `Signature Algorithm: ${algorithm}`, "", ...lines, "-----END SIGNATURE-----", ""].join("\n");
  return [block, ...chain.map((certificate) => `${certificate.trim()}\n`)].join("");
}

/** @throws ComponentError `invalid` where there is no such block */
export function parsePemSignature(text: string): PemSignature {
  const blocks = [...text.matchAll(BLOCK)].map(([whole, label, body]) => ({ whole, label, body: body ?? "" }));
  const signature = blocks.find(({ label }) => label === "SIGNATURE");
  if (signature === undefined) throw new ComponentError("invalid", "the signature has no PEM block SIGNATURE");
  const lines = signature.body.split(/\r?\n/);
  const headers = lines.filter((line) => line.includes(":"));
  const algorithm = headers.find((line) => /^Signature Algorithm:/i.test(line))?.replace(/^[^:]*:\s*/, "");
  const value = Buffer.from(lines.filter((line) => !line.includes(":")).join(""), "base64");
  return { algorithm: algorithm?.trim(), value, chain: blocks.filter(({ label }) => label === "CERTIFICATE").map(({ whole }) => `${whole}\n`) };
}
