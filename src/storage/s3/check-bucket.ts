import type { S3Client } from "./client.ts";
import { S3Error } from "./error.ts";

const CONTENT = new TextEncoder().encode("opm looks whether it may write here, and removes this again\n");

/**
 * Looks whether the account may do in the bucket what storing content takes: write, read, delete, and upload in parts. `opm scrub`
 * alone lists, so that is not looked at.
 * @param prefix of all keys, empty or with a slash at its end
 * @throws S3Error
 */
export async function checkBucket(client: S3Client, prefix: string): Promise<void> {
  const key = `${prefix}check/${crypto.randomUUID()}`;
  await client.put(key, CONTENT);
  const found = await client.get(key);
  const text = found && (await new Response(found.body).bytes());
  if (text === undefined || !Bun.deepEquals(text, CONTENT)) {
    throw new S3Error("S3 does not give back what was just written to the bucket: this registry needs a service that does", { code: "NotConsistent" });
  }
  await client.delete(key);
  await client.abortMultipart({ key, uploadId: await client.createMultipart(key) });
}

/** Looks whether the bucket can be written to and deleted from still: two requests. */
export async function probeBucket(client: S3Client, prefix: string): Promise<void> {
  const key = `${prefix}check/${crypto.randomUUID()}`;
  await client.put(key, CONTENT);
  await client.delete(key);
}
