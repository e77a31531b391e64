import { expect, test } from "bun:test";
import { createS3Client } from "../../src/storage/s3/client.ts";
import { openUpload, pushBlobs, pushManifest } from "../conformance/pushing.ts";
import { configBlob, imageOf, randomBlob } from "../support/content.ts";
import { expectStatus } from "../support/expectations.ts";
import { registryClient } from "../support/registry-client.ts";
import { runOver, useS3 } from "./registries.ts";

const under = useS3();
const MIB = 2 ** 20;
const DAY = 24 * 60 * 60_000;

test("opm scrub tells of what the end of a process left in the bucket, and opm gc --unknown removes it when it is old", async () => {
  const settings = await under.bucket({ partSize: "5MiB" });
  const limits = { OPM_LIMITS_BLOB_SIZE: "10GiB", OPM_COLLECTOR_RETENTION: "0s" };
  const server = await under.start(settings, { limits: { blobSize: "10GiB" } });
  const client = registryClient(() => server.url);
  const blobs = [configBlob(), randomBlob(100_000)];
  await pushBlobs(client, "left/over", blobs);
  await pushManifest(client, "left/over", imageOf(blobs[0] as never, blobs.slice(1)), "v1");
  const location = await openUpload(client, "left/over");
  const going = randomBlob(7 * MIB);
  expectStatus(await client.patch(location, going.bytes.slice(0, 6 * MIB), 0), 202);

  const { endpoint, region, credentials } = under.s3;
  const bucket = String(settings.bucket);
  const s3 = await createS3Client({ endpoint, region, bucket, credentials, pathStyle: true });
  const prefix = typeof settings.prefix === "string" ? `${settings.prefix}/` : "";
  const keyOf = (id: string) => `${prefix}${id.slice(0, 2)}/${id}.0123abcd`;
  const [lost, object] = [keyOf(crypto.randomUUID()), keyOf(crypto.randomUUID())];
  const uploadId = await s3.createMultipart(lost);
  await s3.uploadPart({ key: lost, uploadId }, 1, new Uint8Array(5 * MIB));
  await s3.put(object, new Uint8Array(1000));

  const run = async (...parameters: readonly string[]) => {
    const { code, stdout, stderr } = await runOver(server, settings, [...parameters, "--json"], limits);
    expect([code, stderr]).toEqual([0, ""]);
    return JSON.parse(stdout) as unknown;
  };
  expect(await run("scrub")).toMatchObject({ problems: [], orphans: 1, orphanBytes: 1000, brokenUploads: 0 });
  expect(await run("gc", "--unknown")).toMatchObject({ unknown: { contents: 0, uploads: 0, kept: 1 } });
  await under.s3.age(bucket, 2 * DAY);
  expect(await run("scrub")).toMatchObject({ problems: [], orphans: 1, brokenUploads: 1 });
  expect((await runOver(server, settings, ["scrub"], limits)).stdout).toContain("1 upload in parts without a session");
  expect(await run("gc", "--unknown", "--dry-run")).toMatchObject({ unknown: { contents: 1, bytes: 1000, uploads: 1 } });
  expect(await run("scrub")).toMatchObject({ orphans: 1, brokenUploads: 1 });
  expect(await run("gc", "--unknown")).toMatchObject({ unknown: { contents: 1, bytes: 1000, uploads: 1 } });
  expect(await run("scrub")).toMatchObject({ problems: [], orphans: 0, brokenUploads: 0 });
  expect(await Array.fromAsync(s3.listParts({ key: lost, uploadId }))).toEqual([]);

  expectStatus(await client.patch(location, going.bytes.slice(6 * MIB), 6 * MIB), 202);
  expectStatus(await client.close(location, going.digest), 201);
  const read = await client.get(`/v2/left/over/blobs/${going.digest}`);
  expect(Bun.hash(read.body)).toBe(Bun.hash(going.bytes));
}, 180_000);
