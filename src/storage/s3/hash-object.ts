import type { Digest, DigestAlgorithm } from "../../oci/digest.ts";
import type { S3Client } from "./client.ts";

/**
 * Reads an object once, for its digest.
 * @throws Error when it is not there
 */
export async function hashObject(client: S3Client, key: string, algorithm: DigestAlgorithm): Promise<Digest> {
  const object = await client.get(key);
  if (object === undefined) throw new Error(`the object ${key} is missing in S3`);
  const hasher = new Bun.CryptoHasher(algorithm);
  for await (const piece of object.body) hasher.update(piece);
  return `${algorithm}:${hasher.digest("hex")}` as Digest;
}
