import { expect, test } from "bun:test";
import { bucketOptions, keyPrefix } from "./bucket.ts";
import { type Config, configSchema } from "./schema.ts";

function content(settings: Readonly<Record<string, unknown>>): Config["storage"]["content"] {
  return configSchema.parse({ storage: { content: settings } }).storage.content;
}

function problems(settings: Readonly<Record<string, unknown>>, limits: Readonly<Record<string, unknown>> = {}): string[] {
  const { error } = configSchema.safeParse({ storage: { content: settings }, limits });
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

test("the bucket alone is enough for Amazon's service", () => {
  const settings = content({ driver: "s3", bucket: "registry" });
  expect(settings).toMatchObject({ partSize: 16 * 2 ** 20, redirect: "off", redirectFrom: 2 ** 20 });
  expect(bucketOptions(settings, {})).toMatchObject({ endpoint: "https://s3.us-east-1.amazonaws.com", region: "us-east-1", pathStyle: false });
  expect(bucketOptions(settings, { AWS_REGION: "eu-north-1" })).toMatchObject({ endpoint: "https://s3.eu-north-1.amazonaws.com", region: "eu-north-1" });
  expect(keyPrefix(settings)).toBe("");
});

test("another service has the bucket in the path, unless it is told otherwise", () => {
  const service = { driver: "s3", bucket: "registry", endpoint: "https://s3.example.org:9000", prefix: "opm/one" };
  expect(bucketOptions(content(service), {})).toMatchObject({ endpoint: "https://s3.example.org:9000", pathStyle: true });
  expect(bucketOptions(content({ ...service, pathStyle: false }), {}).pathStyle).toBe(false);
  expect(keyPrefix(content(service))).toBe("opm/one/");
});

test.each([
  [{ driver: "s3" }, "storage.content.bucket: is required with driver s3"],
  [{ driver: "s3", bucket: "b!" }, "storage.content.bucket: expected the name of a bucket"],
  [{ driver: "s3", bucket: "abc", path: "/x" }, "storage.content.path: is for the filesystem driver"],
  [{ driver: "s3", bucket: "abc", partSize: "4MiB" }, "storage.content.partSize: expected 5MiB to 512MiB"],
  [{ driver: "s3", bucket: "abc", partSize: "1GiB" }, "storage.content.partSize: expected 5MiB to 512MiB"],
  [{ driver: "s3", bucket: "abc", endpoint: "s3.example.org" }, "storage.content.endpoint: expected http:// or https://"],
  [{ driver: "s3", bucket: "abc", endpoint: "https://key:secret@s3.example.org" }, "storage.content.endpoint: expected http:// or https://"],
  [{ driver: "s3", bucket: "abc", prefix: "/a" }, "storage.content.prefix: expected names of letters"],
  [{ driver: "s3", bucket: "abc", prefix: "a/../b" }, "storage.content.prefix: expected names of letters"],
  [{ driver: "s3", bucket: "abc", accessKeyIdFile: "/x" }, "storage.content.secretAccessKeyFile: is required beside"],
  [{ driver: "s3", bucket: "abc", secretAccessKeyFile: "/x" }, "storage.content.accessKeyIdFile: is required beside"],
  [{ bucket: "abc" }, "storage.content.bucket: is for driver s3, and driver is filesystem"],
  [{ driver: "memory", redirect: "on" }, "storage.content.redirect: is for driver s3, and driver is memory"],
])("settings that do not go together are refused: %o", (settings, expected) => {
  expect(problems(settings).map((problem) => problem.slice(0, expected.length))).toEqual([expected]);
});

test("parts that are too small for the largest blob are refused on loading", () => {
  const settings = { driver: "s3", bucket: "abc", partSize: "5MiB" };
  expect(problems(settings)).toEqual([
    "storage.content.partSize: 10000 parts of 5MiB are less than limits.blobSize, 100GiB: raise partSize, or lower limits.blobSize",
  ]);
  expect(problems(settings, { blobSize: "40GiB" })).toEqual([]);
  expect(problems({ driver: "filesystem", partSize: "5MiB" })).toEqual([]);
});
