import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { type S3Server, startVersitygw } from "../../../test/support/versitygw.ts";
import { digestOf } from "../../oci/digest.ts";
import { createS3Client, type S3Client } from "./client.ts";
import { S3Error } from "./error.ts";
import { type BucketFixture, openBucket, PART } from "./testing/store-fixture.ts";

const MIB = 2 ** 20;

let server: S3Server;
let bucket: BucketFixture;

beforeAll(async () => {
  server = await startVersitygw();
}, 600_000);
beforeEach(async () => {
  bucket = await openBucket(server);
});
afterEach(() => bucket.dispose());
afterAll(() => server.stop());

function noise(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let from = 0; from < size; from += 65_536) crypto.getRandomValues(bytes.subarray(from, from + 65_536));
  return bytes;
}

async function* pieces(...given: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* given;
}

/** A client whose first answer to GET breaks off for good after some bytes. */
function breakingOnce(client: S3Client, after: number): S3Client {
  let broken = false;
  return {
    ...client,
    async get(key, options) {
      const object = await client.get(key, options);
      if (broken || object === undefined) return object;
      broken = true;
      const whole = await new Response(object.body).bytes();
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(whole.subarray(0, after)),
        pull: (controller) => controller.error(new S3Error("the connection broke", { code: "Broken", passing: true })),
      });
      return { ...object, body };
    },
  };
}

test("a tail that could not be read to its end is read anew, so that no byte of it counts twice", async () => {
  const [first, second] = [noise(3 * MIB), noise(4 * MIB)];
  const whole = Buffer.concat([first, second]);
  const id = crypto.randomUUID();
  const here = bucket.open();
  const there = bucket.open({ client: breakingOnce(bucket.client, MIB) });
  await here.createUpload(id, "sha256");
  await here.appendUpload(id, 0, pieces(first));
  expect(await there.appendUpload(id, first.length, pieces(second)).catch((error: unknown) => error)).toBeInstanceOf(S3Error);
  expect(await there.uploadSize(id)).toBe(first.length);
  expect(await there.appendUpload(id, first.length, pieces(second))).toBe(whole.length);
  const digest = digestOf(whole);
  const stored = await there.finishUpload(id, digest);
  const read = await there.read({ digest, ...stored });
  expect(digestOf(await new Response(read).bytes())).toBe(digest);
}, 60_000);

test("a body that takes long is told of while it comes, so that no collector takes it for what was left behind", async () => {
  const store = bucket.open();
  const content = noise(PART + MIB);
  const told: number[] = [];
  async function* slow(): AsyncGenerator<Uint8Array> {
    yield content.subarray(0, PART + 1);
    for (const end = performance.now() + 20_000; performance.now() < end && new Set(told).size < 2; await Bun.sleep(50)) {
      for await (const { modifiedAt } of store.listUploads()) told.push(modifiedAt);
    }
    yield content.subarray(PART + 1);
  }
  await store.write(digestOf(content), slow());
  expect(new Set(told).size).toBe(2);
  expect(await Array.fromAsync(store.listUploads())).toEqual([]);
}, 60_000);

test("whoever finishes an upload again while its bytes are compared is asked for patience, in whatever process", async () => {
  const times = { note: 300, idle: 200, wait: 100, patience: 200 };
  const { promise: mayRead, resolve: read } = Promise.withResolvers<void>();
  const slow: S3Client = {
    ...bucket.client,
    async get(key, options) {
      await mayRead;
      return bucket.client.get(key, options);
    },
  };
  const [first, second, third] = [bucket.open({ times }), bucket.open({ times }), bucket.open({ times, client: slow })];
  const content = noise(2 * PART);
  const id = crypto.randomUUID();
  const digest = digestOf(content);
  await first.createUpload(id, "sha256");
  await first.appendUpload(id, 0, pieces(content.subarray(0, PART + 1)));
  await second.appendUpload(id, PART + 1, pieces(content.subarray(PART + 1)));
  const finished = (store: typeof first) => store.finishUpload(id, digest).catch((error: unknown) => error);
  expect(await finished(third)).toMatchObject({ reason: "unavailable" });
  expect(await finished(third)).toMatchObject({ reason: "unavailable" });
  expect(await finished(first)).toMatchObject({ reason: "unavailable" });
  read();
  let stored: unknown;
  for (const end = performance.now() + 20_000; performance.now() < end; await Bun.sleep(50)) {
    stored = await finished(first);
    if (!(stored instanceof Error)) break;
  }
  expect(stored).toMatchObject({ size: content.length });
}, 60_000);

test("a service that answers the rest of an object with all of it is not believed", async () => {
  const head = 'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Length: ';
  let asked = 0;
  const service = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket) {
        socket.end(asked++ === 0 ? `${head}10\r\n\r\n012345` : `${head}4\r\n\r\n0123`);
      },
    },
  });
  try {
    const { region, credentials } = server;
    const client = await createS3Client({ endpoint: `http://127.0.0.1:${service.port}`, region, bucket: "odd", pathStyle: true, credentials });
    const object = await client.get("some");
    expect(await new Response(object?.body).text().catch((error: unknown) => error)).toMatchObject({ code: "RangeIgnored" });
  } finally {
    service.stop(true);
  }
}, 60_000);

test("an upload whose parts are gone, e.g. by a rule of the bucket, is unknown, so that its client begins anew", async () => {
  const store = bucket.open();
  const content = noise(PART + MIB);
  const id = crypto.randomUUID();
  await store.createUpload(id, "sha256");
  await store.appendUpload(id, 0, pieces(content));
  for await (const upload of bucket.client.listMultipartUploads("")) await bucket.client.abortMultipart(upload);
  expect(await store.finishUpload(id, digestOf(content)).catch((error: unknown) => error)).toMatchObject({ reason: "upload-unknown" });
}, 60_000);
