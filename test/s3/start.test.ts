import { afterEach, expect, test } from "bun:test";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runOpm, temporaryFolder } from "../cli/run-opm.ts";
import type { S3Fault } from "../support/s3-proxy.ts";
import { startVersitygw } from "../support/versitygw.ts";
import { useS3 } from "./registries.ts";

const under = useS3();
afterEach(() => under.proxy.mend());

type Settings = Readonly<Record<string, unknown>>;

/** What `opm serve` says that does not start, in its one line. */
async function refusal(
  content: Settings,
  args: readonly string[] = ["serve", "--listen", "127.0.0.1:0"],
): Promise<{ readonly code: number; readonly line: string }> {
  const folder = temporaryFolder();
  try {
    const file = join(folder.path, "opm.yaml");
    const data = join(folder.path, "data");
    writeFileSync(file, JSON.stringify({ data, storage: { content } }));
    const { code, stdout, stderr } = await runOpm([...args, "--config", file]);
    expect(stdout).toBe("");
    const lines = stderr.trim().split("\n");
    expect(lines.length).toBe(1);
    return { code, line: lines[0] ?? "" };
  } finally {
    folder.remove();
  }
}

test.each<[string, Settings, number, RegExp]>([
  [
    "a bucket that is not there",
    { bucket: "nowhere" },
    2,
    /^opm: storage\.content\.bucket: .*there is no such bucket at http.*; make it, or correct storage\.content\.bucket$/,
  ],
  ["another region", { region: "eu-west-1" }, 2, /^opm: storage\.content\.region: .*not in the region 'eu-west-1' but in 'us-east-1'/],
  [
    "nobody at the endpoint",
    { endpoint: "http://127.0.0.1:1" },
    3,
    /^opm: storage\.content\.endpoint: S3 cannot be reached at http:\/\/127\.0\.0\.1:1: ECONNREFUSED/,
  ],
  ["a key that is not there", { accessKeyIdFile: "/nowhere/key" }, 2, /^opm: storage\.content\.accessKeyIdFile: the file '\/nowhere\/key' .* cannot be read/],
])("%s is refused in one line that names the setting", async (_, settings, code, line) => {
  const outcome = await refusal({ ...(await under.bucket()), ...settings });
  expect(outcome.line).toMatch(line);
  expect(outcome.code).toBe(code);
});

test("wrong credentials are refused without being told", async () => {
  const { credentials } = under.s3;
  const path = `${credentials.secretAccessKey}.wrong`;
  writeFileSync(path, "not-the-secret");
  const { code, line } = await refusal({ ...(await under.bucket()), secretAccessKeyFile: path });
  expect(line).toMatch(/^opm: storage\.content\.secretAccessKeyFile: .*SignatureDoesNotMatch.*correct the credentials$/);
  expect(line).not.toContain("not-the-secret");
  expect(code).toBe(2);
});

test("an account that may only read is refused, and nothing is left behind", async () => {
  const reading = await startVersitygw({ readOnly: true });
  try {
    const settings = { accessKeyIdFile: reading.credentials.accessKeyId, secretAccessKeyFile: reading.credentials.secretAccessKey };
    const { code, line } = await refusal({ ...(await under.bucket()), ...settings, endpoint: reading.endpoint, bucket: await reading.makeBucket() });
    expect(line).toMatch(/^opm: storage\.content\.bucket: S3 refused PutObject .*AccessDenied.*it is read-only/);
    expect(code).toBe(2);
  } finally {
    await reading.stop();
  }
}, 60_000);

test.each<[string, S3Fault, RegExp]>([
  ["DeleteObject", "read-only", /^opm: storage\.content\.bucket: S3 refused DeleteObject/],
  ["CreateMultipartUpload", "read-only", /^opm: storage\.content\.bucket: S3 refused CreateMultipartUpload/],
  ["ListObjects", "read-only", /^opm: storage\.content\.bucket: S3 refused ListObjects/],
  ["PutObject", "full", /^opm: storage\.content\.endpoint: S3 refused PutObject .*the bucket is full/],
])("an account that may not do %s is refused at the start: %s", async (operation, fault, line) => {
  under.proxy.break({ faults: [fault], operations: [operation] });
  expect((await refusal(await under.bucket())).line).toMatch(line);
});

test("the settings are checked without a start, and the bucket where that is asked for", async () => {
  const content = await under.bucket();
  const check = ["config", "check"];
  expect(await refusal({ ...content, partSize: "5MiB" }, check)).toMatchObject({
    code: 2,
    line: expect.stringContaining("storage.content.partSize: 10000 parts of 5MiB"),
  });
  expect(await refusal({ ...content, bucket: "nowhere" }, [...check, "--connect"])).toMatchObject({ code: 2, line: expect.stringContaining("no such bucket") });
});

test("a bucket that belongs to another database is refused", async () => {
  const content = await under.bucket();
  const first = await under.start(content);
  const { code, line } = await refusal(content);
  expect(line).toMatch(/storage\.content/);
  expect(code).toBe(2);
  expect(existsSync(join(first.dataDir, "content"))).toBe(false);
  expect(readdirSync(first.dataDir).filter((name) => name.startsWith("metadata")).length).toBeGreaterThan(0);
});

test("readiness follows the bucket", async () => {
  const server = await under.start(await under.bucket());
  const ready = async () => (await fetch(`${server.url}/readyz`)).status;
  expect(await ready()).toBe(200);
  under.proxy.break({ faults: ["read-only"] });
  const deadline = Date.now() + 60_000;
  while ((await ready()) === 200 && Date.now() < deadline) await Bun.sleep(500);
  expect(await ready()).toBe(503);
  under.proxy.mend();
  while ((await ready()) === 503 && Date.now() < deadline) await Bun.sleep(500);
  expect(await ready()).toBe(200);
}, 120_000);
