import { afterAll, beforeAll, expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { basic } from "../access/guarded-registry.ts";
import { runOpm, temporaryFolder } from "../cli/run-opm.ts";
import { eventually } from "../support/eventually.ts";
import { expectStatus } from "../support/expectations.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { isRunning, logOf, metricOf, readyWorkers, scatteredClient, workersOf } from "./workers.ts";

const FAILURES = 20;

const folder = temporaryFolder();
const htpasswd = join(folder.path, "htpasswd");
let server: TestServer;
const client = scatteredClient(() => server.url, { Authorization: basic("ann", "first password") });

beforeAll(async () => {
  await setPassword("first password");
  const grants = [{ subjects: ["user:ann"], repositories: "**", actions: ["pull", "push", "admin"] }];
  server = await startTestServer({ config: { server: { workers: 2 }, access: { htpasswd, grants }, limits: { loginFailures: FAILURES } } });
}, 60_000);
afterAll(async () => {
  await server.stop();
  folder.remove();
}, 60_000);

async function setPassword(password: string): Promise<void> {
  writeFileSync(htpasswd, `ann:${await Bun.password.hash(password, { algorithm: "bcrypt", cost: 4 })}\n`);
}

test("there are two workers, one banner, and one log of whole lines", async () => {
  expect(await readyWorkers(server, 2)).toHaveLength(2);
  expect(server.stdout().match(/is ready/g)).toHaveLength(1);
  const count = 200;
  await Promise.all(Array.from({ length: count }, (_, index) => client.get(`/v2/log/${"x".repeat(200)}-${index}/tags/list`)));
  const requests = () => logOf(server).filter(({ endpoint }) => endpoint === "tags");
  await eventually("every request has its line", async () => requests().length === count);
  expect(new Set(requests().map(({ path }) => path)).size).toBe(count);
  // The ids of requests of one process begin alike: both have answered some.
  expect(new Set(requests().map(({ id }) => String(id).slice(0, 8))).size).toBe(2);
});

test("one worker, which is the default, is the server itself: there is no further process", async () => {
  const alone = await startTestServer({ env: { OPM_SERVER_WORKERS: "1" } });
  try {
    const children = readdirSync(`/proc/${alone.pid}/task`).map((thread) => readFileSync(`/proc/${alone.pid}/task/${thread}/children`, "utf8"));
    expect(children.join("")).toBe("");
    expect((await fetch(`${alone.url}/v2/`)).status).toBe(200);
  } finally {
    expect(await alone.stop()).toBe(0);
  }
});

test("whichever worker is asked says the figures of all", async () => {
  const answered = 'opm_http_requests_total{endpoint="base",method="GET",status="200"}';
  for (let request = 0; request < 20; request++) expectStatus(await client.get("/v2/"), 200);
  await eventually("all are counted", async () => (await metricOf(client, answered)) === 20);
  for (let ask = 0; ask < 6; ask++) {
    expect(await metricOf(client, answered)).toBe(20);
    expect(await metricOf(client, "opm_repositories")).toBe(0);
  }
  const text = (await client.get("/metrics")).text();
  expect([...text.matchAll(/^process_resident_memory_bytes\{process="(.+)"\}/gm)].map(([, process]) => process).sort()).toEqual([
    "primary",
    "worker-1",
    "worker-2",
  ]);
  expect(text.match(/^opm_repositories /gm)).toHaveLength(1);
});

test.each([
  ["1", "own"],
  ["2", "own"],
  ["2", "node"],
])("a second server on the port is refused: workers %s, listener %s", async (workers, listener) => {
  const listen = new URL(server.url).host;
  const options = { directory: folder.path, environment: { OPM_SERVER_LISTENER: listener } };
  const ran = await runOpm(["serve", "--listen", listen, "--data", join(folder.path, "other"), "--workers", workers], options);
  const stderr = `opm: listen: ${listen} is in use by another process: stop that one, or choose another address with --listen\n`;
  expect(ran).toEqual({ code: 1, stdout: "", stderr });
  expectStatus(await client.get("/healthz"), 200);
});

test("SIGHUP reaches all of them, and their own signals end none", async () => {
  const before = workersOf(server);
  for (const pid of before.values()) for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.kill(pid, signal);
  await setPassword("other password");
  process.kill(server.pid, "SIGHUP");
  await eventually("files were read again", async () => logOf(server).some(({ message }) => message === "files were read again"));
  const changed = scatteredClient(() => server.url, { Authorization: basic("ann", "other password") });
  for (let request = 0; request < 10; request++) expectStatus(await changed.get("/v2/"), 200);
  expect(workersOf(server)).toEqual(before);
  expect([...before.values()].every(isRunning)).toBe(true);
  await setPassword("first password");
  process.kill(server.pid, "SIGHUP");
  await eventually("they were read again", async () => (await client.get("/v2/")).status === 200);
});

test("what all processes find wrong with a file is said once", async () => {
  await Bun.write(htpasswd, "no account at all");
  process.kill(server.pid, "SIGHUP");
  const warnings = () => logOf(server).filter(({ level, message }) => level === "warn" && String(message).includes("htpasswd"));
  const answers = () => logOf(server).filter(({ message }) => message === "files were read again").length;
  const before = answers();
  await eventually("it is said", async () => warnings().length > 0 && answers() > before);
  expect(warnings()).toHaveLength(1);
  await setPassword("first password");
});

test("failed log-ins count at all workers together", async () => {
  const guessing = scatteredClient(() => server.url, { Authorization: basic("ann", "a guess") });
  let failed = 0;
  // Until both of the workers have refused, however connections fall to them.
  for (let refused = 0; refused < 12; ) {
    const { status } = await guessing.get("/v2/");
    expect([401, 429]).toContain(status);
    refused = status === 429 ? refused + 1 : 0;
    if (status === 401) failed++;
  }
  // As many as one process would have let pass, and those that failed while a worker had not heard of others yet.
  expect(failed).toBeWithin(1, FAILURES * 1.5);
});
