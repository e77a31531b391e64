import type { Millis } from "../metadata/records.ts";
import type { StagingStore } from "../metadata/staging.ts";
import type { S3Client } from "./client.ts";

/** Its key, after the prefix. */
const NAME = "identity";

/** The identity in a bucket; undefined when there is none. */
export async function readIdentity(client: S3Client, prefix: string): Promise<string | undefined> {
  const object = await client.get(prefix + NAME);
  return object && (await new Response(object.body).text()).trim();
}

interface ClaimContext {
  readonly client: S3Client;
  readonly prefix: string;
  readonly staging: StagingStore;
  readonly now: () => Millis;
}

/**
 * Gives the bucket an identity, unless it has one. Of several processes over one database the row decides who is first, since not every
 * service writes under a condition.
 */
export async function claimIdentity(identity: string, { client, prefix, staging, now }: ClaimContext): Promise<string> {
  const there = await readIdentity(client, prefix);
  if (there !== undefined) return there;
  await staging.put({ id: NAME, version: 1, state: identity, modifiedAt: now() });
  const decided = (await staging.find(NAME))?.state ?? identity;
  await client.put(prefix + NAME, new TextEncoder().encode(`${decided}\n`));
  return (await readIdentity(client, prefix)) ?? decided;
}
