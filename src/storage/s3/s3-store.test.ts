import { afterAll, beforeAll } from "bun:test";
import { type S3Server, startVersitygw } from "../../../test/support/versitygw.ts";
import { contentStoreSuite } from "../content-store.suite.ts";
import { openBucket } from "./testing/store-fixture.ts";

let server: S3Server;
beforeAll(async () => {
  server = await startVersitygw();
}, 600_000);
afterAll(() => server.stop());

contentStoreSuite(
  "s3",
  async () => {
    const bucket = await openBucket(server);
    return { store: bucket.open(), reopen: async () => bucket.open(), dispose: bucket.dispose };
  },
  { persistent: true },
);
