import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { S3Server } from "../../../../test/support/versitygw.ts";
import type { ContentStore } from "../../content-store.ts";
import type { StagingStore } from "../../metadata/staging.ts";
import { openSqliteStore } from "../../sqlite/sqlite-store.ts";
import { createS3Client, type S3Client } from "../client.ts";
import { openS3Store, type S3StoreOptions } from "../s3-store.ts";
import type { S3Operation } from "../send.ts";

/** Bytes of the parts: the fewest that the service takes. */
export const PART = 5 * 1024 * 1024;

/** Shorter than those of a server, so that no case waits long. */
const TIMES = { note: 300, idle: 200, wait: 5_000, patience: 30_000 };
const LEASE = 2_000;

/** A bucket that is empty at first, and the database of its uploads. */
export interface BucketFixture {
  readonly client: S3Client;
  readonly staging: StagingStore;
  /** What was asked of the service since it was asked for last, in order. */
  requests(): S3Operation[];
  /** Opens a store over the bucket, as a process of its own would. */
  open(options?: Partial<S3StoreOptions>): ContentStore;
  /** Everything that is in the bucket: keys, and uploads in parts that are under way. */
  leftovers(): Promise<string[]>;
  dispose(): Promise<void>;
}

export async function openBucket(server: S3Server): Promise<BucketFixture> {
  const folder = mkdtempSync(join(tmpdir(), "opm-s3-"));
  const { staging, close } = await openSqliteStore({ path: join(folder, "metadata.db"), durability: "relaxed" });
  const { endpoint, region, credentials } = server;
  const bucket = await server.makeBucket();
  let requests: S3Operation[] = [];
  const client = await createS3Client({ endpoint, region, bucket, credentials, pathStyle: true, requested: (operation) => requests.push(operation) });
  const stores: ContentStore[] = [];
  return {
    client,
    staging,
    requests() {
      const made = requests;
      requests = [];
      return made;
    },
    open(options = {}) {
      const store = openS3Store({ client, prefix: "some/where/", staging, now: Date.now, partSize: PART, times: TIMES, lease: LEASE, ...options });
      stores.push(store);
      return store;
    },
    async leftovers() {
      const keys = await Array.fromAsync(client.list(""), ({ key }) => key);
      const uploads = await Array.fromAsync(client.listMultipartUploads(""), ({ key }) => `${key} in parts`);
      return [...keys, ...uploads];
    },
    async dispose() {
      for (const store of stores) await store.close();
      await close();
      rmSync(folder, { recursive: true });
    },
  };
}
