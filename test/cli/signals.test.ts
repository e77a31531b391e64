import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startTestServer, type TestServer } from "../support/server.ts";
import { temporaryFolder } from "./run-opm.ts";

/** Milliseconds within which something is to happen. */
const LIMIT = 50_000;

const folder = temporaryFolder();
const htpasswd = join(folder.path, "htpasswd");
const settings = {
  access: { htpasswd, grants: [{ subjects: ["user:ann"], repositories: "**", actions: ["pull"] }] },
  limits: { uploads: 10 },
};
let server: TestServer;

beforeAll(async () => {
  await setPassword("first password");
  server = await startTestServer({ config: settings });
}, 60_000);
afterAll(async () => {
  await server.stop();
  folder.remove();
}, 60_000);

async function setPassword(password: string): Promise<void> {
  writeFileSync(htpasswd, `ann:${await Bun.password.hash(password, { algorithm: "bcrypt", cost: 4 })}\n`);
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + LIMIT; Date.now() < end; await Bun.sleep(25)) if (await holds()) return;
  throw new Error(`${what} did not happen within ${LIMIT} ms; the server said:\n${server.stderr()}`);
}

const status = async (password: string) =>
  (await fetch(`${server.url}/v2/`, { headers: { Authorization: `Basic ${Buffer.from(`ann:${password}`).toString("base64")}` } })).status;

const count = (text: string) => server.stderr().split(text).length - 1;

test("SIGHUP has files read again, names settings that wait for a restart, and ends nothing", async () => {
  expect(await status("first password")).toBe(200);
  const { atime, mtime } = statSync(htpasswd);
  await setPassword("other password");
  utimesSync(htpasswd, atime, mtime);
  const config = join(server.dataDir, "..", "opm.yaml");
  writeFileSync(config, JSON.stringify({ ...settings, limits: { uploads: 20 }, log: { level: "debug" } }));
  process.kill(server.pid, "SIGHUP");
  await until("the answer to SIGHUP", () => count("files were read again") === 1);
  expect(server.stderr()).toContain("SIGHUP received: reading files again");
  for (const setting of ["limits.uploads", "log.level"])
    expect(server.stderr()).toMatch(new RegExp(`takes effect after a restart.*${setting.replace(".", "\\.")}`));
  expect(count("takes effect after a restart")).toBe(2);
  expect(await status("other password")).toBe(200);
  expect(await status("first password")).toBe(401);

  writeFileSync(config, "limits: {uploads: many}");
  for (let n = 0; n < 3; n++) process.kill(server.pid, "SIGHUP");
  await until("the answer to a wrong configuration", () => server.stderr().includes("the configuration cannot be used, the one before stays"));
  expect(await status("other password")).toBe(200);
}, 60_000);

test.each(["SIGTERM", "SIGINT"] as const)(
  "%s and the end are logged",
  async (signal) => {
    const own = await startTestServer();
    expect(await own.stop(signal)).toBe(0);
    const messages = own
      .stderr()
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { message: string }).message);
    expect(messages.slice(-2)).toEqual([`${signal} received: stopping`, "stopped"]);
  },
  60_000,
);

test("SIGTERM to `npm start` ends the server", async () => {
  const output = join(folder.path, "npm.log");
  const npm = Bun.spawn(["npm", "start", "--", "--data", join(folder.path, "data"), "--listen", "127.0.0.1:0"], {
    cwd: join(import.meta.dir, "..", ".."),
    stdin: "ignore",
    stdout: Bun.file(output),
    stderr: Bun.file(join(folder.path, "npm.err")),
  });
  const url = () => /http:\S+:\d+/.exec(readFileSync(output, "utf8"))?.[0];
  await until("the start by npm", () => url() !== undefined);
  expect((await fetch(`${url()}/healthz`)).status).toBe(200);
  npm.kill("SIGTERM");
  await npm.exited;
  const ends = () => readFileSync(join(folder.path, "npm.err"), "utf8").includes('"message":"stopped"');
  await until("the end of the server", ends);
  const answer = await fetch(`${url()}/healthz`).catch(() => undefined);
  expect(answer).toBeUndefined();
}, 90_000);
