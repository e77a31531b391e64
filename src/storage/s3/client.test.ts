import { afterAll, beforeAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { type S3Server, startVersitygw } from "../../../test/support/versitygw.ts";
import { createS3Client, type Multipart, type S3Client, type S3ClientOptions } from "./client.ts";
import { S3Error } from "./error.ts";

let server: S3Server;
let client: S3Client;
const operations: string[] = [];

beforeAll(async () => {
  server = await startVersitygw();
  client = await open({ bucket: await server.makeBucket(), requested: (operation) => operations.push(operation) });
}, 600_000);
afterAll(() => server.stop());

function open(options: Partial<S3ClientOptions> & { readonly bucket: string }): Promise<S3Client> {
  return createS3Client({ endpoint: server.endpoint, region: server.region, pathStyle: true, credentials: server.credentials, ...options });
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

async function textOf(key: string, range?: { readonly start: number; readonly end: number }): Promise<string | undefined> {
  const object = await client.get(key, { range });
  return object && (await new Response(object.body).text());
}

test("an object is stored, told of, read as a whole and in part, and deleted, with a request each", async () => {
  const key = "folder/odd name + ü (1)!";
  operations.length = 0;
  await client.put(key, bytes("content"), { metadata: { digest: "sha256:1234" } });
  expect(await client.head(key)).toMatchObject({ size: 7, metadata: { digest: "sha256:1234" } });
  expect(await textOf(key)).toBe("content");
  expect(await textOf(key, { start: 2, end: 4 })).toBe("nte");
  expect(await textOf(key, { start: 5, end: 400 })).toBe("nt");
  await client.delete(key);
  expect(await client.head(key)).toBeUndefined();
  expect(await client.get(key)).toBeUndefined();
  await client.delete(key);
  expect(operations).toEqual(["PutObject", "HeadObject", "GetObject", "GetObject", "GetObject", "DeleteObject", "HeadObject", "GetObject", "DeleteObject"]);
});

test("an empty object is read as no bytes", async () => {
  await client.put("empty", new Uint8Array(0));
  expect(await textOf("empty")).toBe("");
});

test("a body that has another sha256 than it is said to have is not stored", async () => {
  const sha256 = new Bun.CryptoHasher("sha256").update("something else").digest("hex");
  const error = await client.put("wrong", bytes("content"), { sha256 }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(S3Error);
  expect(await client.head("wrong")).toBeUndefined();
});

test("what lies directly below a prefix is listed as objects and folders, page after page", async () => {
  const keys = ["tree/a b/1", "tree/a b/2", "tree/c+d/3/4", "tree/e"];
  for (const key of keys) await client.put(key, bytes(key));
  const listed = async (prefix: string) => (await Array.fromAsync(client.listFolder(prefix), ({ name, isFolder }) => `${name}${isFolder ? "/" : ""}`)).sort();
  expect(await listed("tree/")).toEqual(["a b/", "c+d/", "e"]);
  expect(await listed("tree/a b/")).toEqual(["1", "2"]);
  expect(await listed("absent/")).toEqual([]);
  const many = Array.from({ length: 1005 }, (_, at) => `many/${at}/x`);
  await Promise.all(many.map((key) => client.put(key, bytes("x"))));
  expect(await listed("many/")).toHaveLength(1005);
  await client.deleteObjects([...keys, ...many]);
});

test("objects are deleted together, and listed by prefix", async () => {
  const keys = ["list/1", "list/2 & <3>", "list/3"];
  for (const key of keys) await client.put(key, bytes(key));
  expect(await Array.fromAsync(client.list("list/"), ({ key, size }) => [key, size])).toEqual(keys.map((key) => [key, key.length]));
  await client.deleteObjects(keys.slice(1));
  expect(await Array.fromAsync(client.list("list/"), ({ key }) => key)).toEqual(["list/1"]);
});

test("lists go on where a page ends", async () => {
  const keys = Array.from({ length: 1_005 }, (_, index) => `many/${String(index).padStart(4, "0")}`);
  for (let from = 0; from < keys.length; from += 50) await Promise.all(keys.slice(from, from + 50).map((key) => client.put(key, new Uint8Array(0))));
  expect(await Array.fromAsync(client.list("many/"), ({ key }) => key)).toEqual(keys);
  await client.deleteObjects(keys);
  expect(await Array.fromAsync(client.list("many/"))).toEqual([]);
}, 60_000);

async function begin(key: string): Promise<Multipart> {
  return { key, uploadId: await client.createMultipart(key) };
}

test("an upload in parts is completed, and completing it again is success", async () => {
  const upload = await begin("parts/1");
  const first = new Uint8Array(5 * 2 ** 20).fill(7);
  const parts = [
    { number: 1, etag: await client.uploadPart(upload, 1, first) },
    { number: 2, etag: await client.uploadPart(upload, 2, bytes("tail")) },
  ];
  expect(await Array.fromAsync(client.listParts(upload))).toEqual([
    { ...parts[0], size: first.length },
    { ...parts[1], size: 4 },
  ] as never);
  expect(await Array.fromAsync(client.listMultipartUploads("parts/"), ({ key, uploadId }) => ({ key, uploadId }))).toEqual([upload]);
  expect(await client.head(upload.key)).toBeUndefined();
  await client.completeMultipart(upload, parts);
  await client.completeMultipart(upload, parts);
  expect((await client.head(upload.key))?.size).toBe(first.length + 4);
  expect(await textOf(upload.key, { start: first.length, end: first.length + 3 })).toBe("tail");
});

test("an upload in parts is aborted, and aborting it again is success; completing it is none", async () => {
  const upload = await begin("parts/2");
  const etag = await client.uploadPart(upload, 1, bytes("part"));
  await client.abortMultipart(upload);
  await client.abortMultipart(upload);
  expect(await Array.fromAsync(client.listParts(upload))).toEqual([]);
  expect(await client.completeMultipart(upload, [{ number: 1, etag }]).catch((error: S3Error) => error.code)).toBe("NoSuchUpload");
});

test("a presigned URL is read without credentials, under the type that was asked for, until it ends", async () => {
  await client.put("signed", bytes("for all"));
  const { url, until } = await client.presignGet("signed", { seconds: 1200, contentType: "application/vnd.example+json" });
  expect(until).toBeGreaterThan(Date.now() + 1_100_000);
  const response = await fetch(url);
  expect([response.status, response.headers.get("content-type"), await response.text()]).toEqual([200, "application/vnd.example+json", "for all"]);
  const late = await open({ bucket: "bucket-1", now: () => Date.now() - 3_600_000 });
  const expired = await fetch((await late.presignGet("signed", { seconds: 1200 })).url);
  expect(expired.status).toBe(403);
});

test("a public endpoint is where presigned URLs lead", async () => {
  const other = await open({ bucket: "bucket-1", publicEndpoint: "https://cdn.example.org/s3/", pathStyle: false });
  expect((await other.presignGet("a key", { seconds: 60 })).url).toStartWith("https://bucket-1.cdn.example.org/s3/a%20key?");
});

test.each([
  [{ bucket: "nowhere" }, "NoSuchBucket", /no such bucket at http.*correct storage\.content\.bucket/],
  [{ region: "eu-west-1" }, "AuthorizationHeaderMalformed", /not in the region 'eu-west-1' but in 'us-east-1'/],
  [{ now: () => Date.now() - 20 * 60_000 }, "RequestTimeTooSkewed", /clocks are too far apart: the request was signed at 2.*, there it is 2/],
  [{ endpoint: "http://127.0.0.1:1" }, "Unreachable", /cannot be reached at http:\/\/127\.0\.0\.1:1: .*storage\.content\.endpoint/],
])(
  "a wrong setting is told by its cause: %o",
  async (options, code, message) => {
    const wrong = await open({ bucket: "bucket-1", ...options });
    const error = await wrong.put("key", bytes("content")).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "S3Error", reason: "unavailable", code });
    expect(String(error)).toMatch(message);
  },
  30_000,
);

test("wrong keys, and keys that are not there, are told as such; keys in files are read again", async () => {
  const path = `${server.credentials.secretAccessKey}.other`;
  const wrong = await open({ bucket: "bucket-1", credentials: { ...server.credentials, secretAccessKey: path } });
  const problem = (): Promise<unknown> => wrong.put("key", bytes("1")).catch((error: unknown) => String(error));
  expect(await problem()).toMatch(/other' with a key for S3 cannot be read/);
  writeFileSync(path, " \n");
  expect(await problem()).toMatch(/should hold a key for S3 is empty/);
  writeFileSync(path, "wrong");
  expect(await problem()).toMatch(/SignatureDoesNotMatch.*correct the credentials/);
  expect(await problem()).not.toContain("wrong");
});

test("a service that only reads refuses to write, in one line", async () => {
  const reading = await startVersitygw({ readOnly: true });
  try {
    const bucket = await reading.makeBucket();
    const other = await open({ endpoint: reading.endpoint, credentials: reading.credentials, bucket });
    expect(String(await other.put("key", bytes("1")).catch((error: unknown) => error))).toMatch(
      /AccessDenied.*may not do that in 'bucket-1', or it is read-only/,
    );
  } finally {
    await reading.stop();
  }
}, 60_000);
