import { afterAll, beforeAll } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type S3Server, startVersitygw } from "../../../test/support/versitygw.ts";
import { contentStoreSuite } from "../content-store.suite.ts";
import type { ContentStore } from "../content-store.ts";
import { openSqliteStore } from "../sqlite/sqlite-store.ts";
import { createS3Client } from "./client.ts";
import { openS3Store } from "./s3-store.ts";

let server: S3Server;
beforeAll(async () => {
  server = await startVersitygw();
}, 600_000);
afterAll(() => server.stop());

/** Shorter than those of a server, so that no case waits long. */
const TIMES = { note: 300, idle: 200, wait: 5_000, patience: 30_000 };

contentStoreSuite(
  "s3",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "opm-s3-"));
    const { staging, close } = await openSqliteStore({ path: join(folder, "metadata.db"), durability: "relaxed" });
    const { endpoint, region, credentials } = server;
    const bucket = await server.makeBucket();
    const stores: ContentStore[] = [];
    const open = async (): Promise<ContentStore> => {
      const client = await createS3Client({ endpoint, region, bucket, credentials, pathStyle: true });
      const store = openS3Store({ client, prefix: "some/where/", staging, now: Date.now, partSize: 5 * 1024 * 1024, times: TIMES, lease: 2_000 });
      stores.push(store);
      return store;
    };
    return {
      store: await open(),
      reopen: open,
      async dispose() {
        for (const store of stores) await store.close();
        await close();
        rmSync(folder, { recursive: true });
      },
    };
  },
  { persistent: true },
);
