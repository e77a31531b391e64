import { Database } from "bun:sqlite";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { randomBlob } from "../support/content.ts";
import { startTestServer } from "../support/server.ts";
import { runOpm, temporaryFolder } from "./run-opm.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** A data folder that a server has left, with two blobs; and a copy of its database from when there was one. */
const original = join(folder.path, "original");
const olderDatabase = join(folder.path, "older.db");
let data: string;
let copies = 0;

beforeAll(async () => {
  const server = await startTestServer();
  const push = async () => {
    const { digest, bytes } = randomBlob(1000);
    expect((await fetch(`${server.url}/v2/a/blobs/uploads/?digest=${digest}`, { method: "POST", body: bytes })).status).toBe(201);
  };
  await push();
  new Database(join(server.dataDir, "metadata.db"), { readonly: true }).run(`VACUUM INTO '${olderDatabase}'`);
  for (let n = 0; n < 3; n++) await push();
  await server.kill();
  cpSync(server.dataDir, original, { recursive: true });
  await server.stop();
}, 60_000);

beforeEach(() => {
  data = join(folder.path, `copy-${copies++}`);
  cpSync(original, data, { recursive: true });
});

function withoutDatabase(): void {
  for (const name of readdirSync(data)) if (name.startsWith("metadata.db")) rmSync(join(data, name));
}

function blobs(): number {
  return readdirSync(join(data, "content", "blobs"), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
}

const opm = (...args: string[]) => runOpm([...args, "--data", data], { directory: folder.path });

/** Everything goes at once that the collector may take. */
function greedy(): string {
  const file = join(folder.path, "greedy.yaml");
  writeFileSync(file, JSON.stringify({ collector: { retention: "0s", unreferenced: "1h" } }));
  return file;
}

test("a data folder without its database: a finding, nothing is made, and nothing goes", async () => {
  withoutDatabase();
  const before = readdirSync(data);
  expect(await opm("scrub")).toMatchObject({ code: 6, stdout: "", stderr: expect.stringContaining("nothing was checked: there is no metadata database at") });
  const report = await opm("scrub", "--json");
  expect(report.code).toBe(6);
  expect(JSON.parse(report.stdout)).toMatchObject({ stores: "absent", checked: 0, orphans: 0 });
  for (const command of [["gc"], ["gc", "--unknown", "--yes"], ["user", "list"], ["token", "list"]]) expect((await opm(...command)).code).toBe(5);
  expect((await runOpm(["user", "add", "ann", "--password-stdin", "--data", data], { stdin: "correct horse" })).code).toBe(2);
  const served = await opm("serve", "--listen", "127.0.0.1:0");
  expect(served).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("restore the database") });
  expect(readdirSync(data)).toEqual(before);
  expect(blobs()).toBe(4);
}, 60_000);

test("the database of another registry: a finding, and nothing goes", async () => {
  withoutDatabase();
  const other = await startTestServer();
  await other.kill();
  cpSync(join(other.dataDir, "metadata.db"), join(data, "metadata.db"));
  for (const ending of ["-wal", "-shm"])
    if (existsSync(join(other.dataDir, `metadata.db${ending}`))) cpSync(join(other.dataDir, `metadata.db${ending}`), join(data, `metadata.db${ending}`));
  await other.stop();
  expect(await opm("scrub")).toMatchObject({ code: 6, stderr: expect.stringContaining("belongs to another content store") });
  expect(JSON.parse((await opm("scrub", "--json")).stdout)).toMatchObject({ stores: "foreign", checked: 0 });
  expect(await opm("gc", "--config", greedy())).toMatchObject({ code: 2, stderr: expect.stringContaining("belongs to another content store") });
  expect(await opm("serve", "--listen", "127.0.0.1:0")).toMatchObject({ code: 2, stderr: expect.stringContaining("--adopt") });
  expect(blobs()).toBe(4);
}, 60_000);

test("an older copy of the database: what it does not know is a finding, and stays until two words say otherwise", async () => {
  withoutDatabase();
  cpSync(olderDatabase, join(data, "metadata.db"));
  const scrubbed = await opm("scrub");
  expect(scrubbed).toMatchObject({ code: 6, stderr: expect.stringContaining("3 contents are unknown to the database") });
  expect(scrubbed.stdout).toContain("3 orphans that the database does not know");
  expect((await opm("gc", "--config", greedy())).code).toBe(0);
  expect(blobs()).toBe(4);
  expect((await opm("gc", "--unknown")).code).toBe(6);
  const kept = await opm("gc", "--unknown", "--yes", "--json");
  expect(JSON.parse(kept.stdout)).toMatchObject({ unknown: { contents: 0, kept: 3 } });
  expect(blobs()).toBe(4);
  const gone = await opm("gc", "--unknown", "--yes", "--json", "--config", greedy());
  expect(JSON.parse(gone.stdout)).toMatchObject({ unknown: { contents: 3, kept: 0 }, blobs: 3 });
  expect(blobs()).toBe(1);
}, 60_000);

test("a data folder whose content is gone: a finding, and the server does not begin an empty one", async () => {
  rmSync(join(data, "content"), { recursive: true });
  expect(await opm("scrub")).toMatchObject({ code: 6, stderr: expect.stringContaining("there is no content store at") });
  expect((await opm("gc")).code).toBe(5);
  expect(await opm("serve", "--listen", "127.0.0.1:0")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("of 4 blobs that the metadata database names, 0"),
  });
  expect((await opm("user", "list")).code).toBe(0);
}, 60_000);

describe("a place without a registry", () => {
  test.each([["scrub"], ["gc"], ["user list"], ["token list"], ["user remove ann"], ["token revoke x"]])("%s makes nothing", async (command) => {
    const empty = join(folder.path, `empty-${copies}`);
    mkdirSync(empty);
    for (const place of [empty, join(empty, "data")]) {
      const ran = await runOpm([...command.split(" "), "--data", place], { directory: folder.path });
      expect(ran).toMatchObject({ code: 5, stdout: "", stderr: expect.stringContaining("there is no registry data at") });
    }
    expect(readdirSync(empty)).toEqual([]);
  });
});
