import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { createRegistryClient } from "../../src/client/registry-client.ts";
import { createS3Client, type S3Client } from "../../src/storage/s3/client.ts";
import { expectFailure, useClient } from "../cli-client/client-tests.ts";
import { configBlob, imageOf, randomBlob } from "../support/content.ts";
import { startDistribution } from "../support/distribution.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { type S3Server, startVersitygw } from "../support/versitygw.ts";
import { importReport } from "./import-report.ts";
import { fillRegistry } from "./sample-registry.ts";
import { zotFiles } from "./zot-layout.ts";

const LIMIT = 120_000;

const opm = useClient();
const client = createRegistryClient({ env: {} });

let s3: S3Server;
let server: TestServer;
let bucket: string;
beforeAll(async () => {
  [s3, server] = await Promise.all([startVersitygw(), startTestServer()]);
}, 600_000);
afterAll(async () => {
  await Promise.all([s3.stop(), server.stop()]);
}, LIMIT);

let count = 0;
let place: string;
beforeEach(async () => {
  place = `127.0.0.1:${server.port}/case-${count++}`;
  bucket = await s3.makeBucket();
});

/** What is typed, with the keys where AWS' programs look for them. */
const run = (...args: readonly string[]) => opm.run(["import", ...args], { environment: keys() });
const keys = () => ({ AWS_ACCESS_KEY_ID: s3.keys.accessKeyId, AWS_SECRET_ACCESS_KEY: s3.keys.secretAccessKey, AWS_EC2_METADATA_DISABLED: "true" });
const report = (...args: readonly string[]) =>
  importReport({ ...opm, run: (typed, options) => opm.run(typed, { ...options, environment: keys() }) }, "--s3-endpoint", s3.endpoint, ...args);

test(
  "the bucket of the CNCF's registry has the same as the running registry",
  async () => {
    const driver = {
      s3: {
        ...{ region: s3.region, regionendpoint: s3.endpoint, bucket, rootdirectory: "/some/prefix", forcepathstyle: true, secure: false },
        ...{ accesskey: s3.keys.accessKeyId, secretkey: s3.keys.secretAccessKey },
      },
    };
    const source = await startDistribution({ driver });
    try {
      const sample = await fillRegistry(client, source.host, { versions: 1 });
      const first = await report(`s3://${bucket}/some/prefix`, place);
      expect(first).toMatchObject({ code: 0, findings: [], total: { tags: { sent: sample.tags.size }, referrers: { sent: 1 }, untagged: 0 } });
      expect(await importReport(opm, "--check", source.host, place)).toMatchObject({ code: 0, complete: true });
      expect(await report(`s3://${bucket}/some/prefix`, place)).toMatchObject({ code: 0, total: { tags: { sent: 0 }, blobs: { sent: 0 } } });
      expect(await report("--check", `s3://${bucket}/some/prefix`, place)).toMatchObject({ code: 0, complete: true });
    } finally {
      await source.stop();
    }
  },
  LIMIT,
);

test("of zot's bucket an empty object stands for the bytes that another repository has", async () => {
  const [config, layer] = [configBlob(), randomBlob(300_000)];
  const [image, broken] = [imageOf(config, [layer]), imageOf(config, [randomBlob()])];
  const objects = await createS3Client({ endpoint: s3.endpoint, region: s3.region, bucket, pathStyle: true, credentials: s3.credentials });
  const marker = { bytes: new Uint8Array() };
  const [blobs, listed] = [[config, layer, image], [[image, "1"]] as const];
  await putAll(objects, zotFiles({ name: "first/app", blobs, listed }));
  await putAll(objects, zotFiles({ name: "second", blobs: blobs.map((blob) => ({ ...blob, ...marker })), listed }));
  await putAll(objects, zotFiles({ name: "third", blobs: [config, broken, { ...randomBlob(), ...marker }], listed: [[broken, "1"]] }));
  const result = await report(`s3://${bucket}`, place);
  expect(result).toMatchObject({ code: 6, total: { tags: { source: 3, target: 2 }, blobs: { mounted: 3 } } });
  expect(result.findings).toMatchObject([{ repository: "third", reference: "1", state: "broken", reason: expect.stringContaining("not found") }]);
});

async function putAll(objects: S3Client, files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>): Promise<void> {
  for (const [key, bytes] of files) await objects.put(key, bytes);
}

test("a bucket that is not there, keys that are wrong and a service that cannot be reached are errors that say so", async () => {
  const endpoint = ["--s3-endpoint", s3.endpoint];
  expectFailure(await run(...endpoint, "s3://absent-bucket", place), 5, /there is no such bucket.*correct its name/);
  expectFailure(await run(...endpoint, `s3://${bucket}`, place), 5, /no storage of a registry that is known/);
  const wrong = { ...keys(), AWS_SECRET_ACCESS_KEY: "wrong" };
  expectFailure(await opm.run(["import", ...endpoint, `s3://${bucket}`, place], { environment: wrong }), 4, /correct the credentials/);
  expectFailure(await run("--s3-endpoint", "http://127.0.0.1:1", `s3://${bucket}`, place), 3, /cannot be reached.*is --s3-endpoint right/);
  expectFailure(
    await opm.run(["import", ...endpoint, `s3://${bucket}`, place], { environment: { AWS_EC2_METADATA_DISABLED: "true" } }),
    4,
    /no credentials for S3/,
  );
  for (const address of ["127.0.0.1:9000", "http://key:secret@127.0.0.1:9000", "http://127.0.0.1:9000/bucket"]) {
    expectFailure(await run("--s3-endpoint", address, `s3://${bucket}`, place), 2, /--s3-endpoint: expected http/);
  }
  expectFailure(await run(...endpoint, "s3:///prefix", place), 2, /names no bucket/);
});
