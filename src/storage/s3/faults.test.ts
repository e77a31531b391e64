import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { type S3Fault, type S3Proxy, startS3Proxy } from "../../../test/support/s3-proxy.ts";
import { type S3Server, startVersitygw } from "../../../test/support/versitygw.ts";
import { createS3Client, type S3Client, type S3ClientOptions } from "./client.ts";

let server: S3Server;
let proxy: S3Proxy;
let client: S3Client;

beforeAll(async () => {
  server = await startVersitygw();
  proxy = await startS3Proxy(server.port);
  await server.makeBucket();
}, 600_000);
beforeEach(async () => {
  proxy.reset();
  client = await open();
});
afterEach(() => proxy.mend());
afterAll(async () => {
  await proxy.close();
  await server.stop();
});

function open(options: Partial<S3ClientOptions> = {}): Promise<S3Client> {
  const { region, credentials } = server;
  return createS3Client({ endpoint: proxy.endpoint, region, bucket: "bucket-1", pathStyle: true, credentials, ...options });
}

const PART = 5 * 2 ** 20;

function noise(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let from = 0; from < size; from += 65_536) crypto.getRandomValues(bytes.subarray(from, from + 65_536));
  return bytes;
}

function sum(bytes: Uint8Array): string {
  return new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
}

async function readBack(key: string): Promise<Uint8Array | undefined> {
  const object = await client.get(key);
  return object && (await new Response(object.body).bytes());
}

async function pushParts(key: string, parts: readonly Uint8Array<ArrayBuffer>[]): Promise<void> {
  const upload = { key, uploadId: await client.createMultipart(key) };
  const sent = await Promise.all(parts.map(async (part, index) => ({ number: index + 1, etag: await client.uploadPart(upload, index + 1, part) })));
  await client.completeMultipart(upload, sent);
}

const FAULTS: readonly S3Fault[] = ["error", "slow-down", "reset", "half-request", "lost-answer", "half-answer", "error-inside"];

const LARGE = ["a", "b"];

test.each(FAULTS.map((fault) => [fault]))(
  "with %s at 20 %% of all requests everything is stored and read back, byte for byte",
  async (fault) => {
    const small = Array.from({ length: 20 }, (_, index) => ({ key: `${fault}/${index}`, bytes: noise(10_000 + index) }));
    const parts = [noise(PART), noise(PART), noise(1234)];
    const large = sum(Buffer.concat(parts));
    proxy.break({ faults: [fault], rate: fault === "error-inside" ? 0.5 : 0.2 });
    await Promise.all(small.map(({ key, bytes }) => client.put(key, bytes)));
    await Promise.all(LARGE.map((name) => pushParts(`${fault}/${name}`, parts)));
    for (const { key, bytes } of small) expect(sum((await readBack(key)) ?? new Uint8Array())).toBe(sum(bytes));
    for (const name of LARGE) expect(sum((await readBack(`${fault}/${name}`)) ?? new Uint8Array())).toBe(large);
    const keys = await Array.fromAsync(client.list(`${fault}/`), ({ key }) => key);
    expect(keys.length).toBe(small.length + LARGE.length);
    await client.deleteObjects(keys);
    expect(await Array.fromAsync(client.list(`${fault}/`))).toEqual([]);
    expect(proxy.faults()).toBeGreaterThan(0);
  },
  120_000,
);

test("what breaks in the middle is read on from there, and not from its start", async () => {
  const bytes = noise(8 * 2 ** 20);
  await client.put("middle", bytes);
  proxy.reset();
  proxy.break({ faults: ["half-answer"], operations: ["GetObject"], rate: 0.7 });
  expect(sum((await readBack("middle")) ?? new Uint8Array())).toBe(sum(bytes));
  const object = await client.get("middle", { range: { start: 1_000_000, end: 7_000_000 } });
  expect(sum(await new Response(object?.body).bytes())).toBe(sum(bytes.subarray(1_000_000, 7_000_001)));
  expect(proxy.counts().GetObject).toBeGreaterThan(2);
}, 60_000);

test("a reader who stops ends the request, and one who is slow breaks nothing", async () => {
  const bytes = noise(16 * 2 ** 20);
  await client.put("slow", bytes);
  const quick = await open({ limits: { connect: 5_000, silence: 300 } });
  const reader = (await quick.get("slow"))?.body.getReader();
  const first = await reader?.read();
  await Bun.sleep(900);
  const second = await reader?.read();
  const read = Buffer.concat([first?.value ?? new Uint8Array(), second?.value ?? new Uint8Array()]);
  expect(second?.done).toBe(false);
  expect(sum(read)).toBe(sum(bytes.subarray(0, read.length)));
  await reader?.cancel();
  expect(proxy.counts().GetObject).toBe(1);
}, 60_000);

test("a service that is silent is given up after a time, and asked again", async () => {
  const quick = await open({ limits: { connect: 5_000, silence: 300 } });
  proxy.break({ faults: ["silence"] });
  setTimeout(() => proxy.mend(), 1_000);
  await quick.put("silent", noise(10));
  expect(proxy.counts().PutObject).toBeGreaterThan(1);
}, 60_000);

test("the signal of the caller ends a request and the waiting between two", async () => {
  proxy.break({ faults: ["silence"] });
  const reason = new Error("the client went away");
  const signalled = AbortSignal.timeout(100);
  expect(await client.put("gone", noise(10), { signal: signalled }).catch((error: unknown) => error)).toBe(signalled.reason);
  proxy.mend();
  proxy.break({ faults: ["slow-down"] });
  const ending = new AbortController();
  setTimeout(() => ending.abort(reason), 50);
  expect(await client.put("gone", noise(10), { signal: ending.signal }).catch((error: unknown) => error)).toBe(reason);
}, 30_000);

test("a bucket that is full is told as such, at once", async () => {
  proxy.break({ faults: ["full"] });
  expect(await client.put("more", noise(10)).catch((error: unknown) => error)).toMatchObject({ reason: "no-space", code: "InsufficientStorage" });
  expect(proxy.counts()).toEqual({ PutObject: 1 });
});

test("a service that is down is not asked eight times by everybody: further attempts come from one budget", async () => {
  let requests = 0;
  const counted = await open({ requested: () => requests++ });
  proxy.break({ faults: ["reset"] });
  const calls = Array.from({ length: 100 }, (_, index) => counted.head(`down/${index}`).catch((error: unknown) => error));
  const outcomes = await Promise.all(calls);
  expect(outcomes.every((outcome) => outcome instanceof Error)).toBe(true);
  expect(requests).toBe(300);
}, 120_000);
