import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import { randomOf } from "../../src/storage/filesystem/testing/random.ts";
import { opmCommand, opmEnvironment, runOpm, temporaryFolder } from "../cli/run-opm.ts";
import { Ledger } from "../crash/ledger.ts";
import { pushUntilKilled, sharedLayers } from "../crash/pushers.ts";
import { openConnection } from "../limits/connection.ts";
import { randomBlob } from "../support/content.ts";
import { eventually } from "../support/eventually.ts";
import { expectStatus } from "../support/expectations.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { isRunning, logOf, readyWorkers, replaceWorker, scatteredClient, workersOf } from "./workers.ts";

let server: TestServer | undefined;
const client = scatteredClient(() => server?.url ?? "");

async function start(workers = 2): Promise<TestServer> {
  server = await startTestServer({ config: { server: { workers }, collector: { interval: "0s" } } });
  await readyWorkers(server, workers);
  return server;
}

afterEach(async () => {
  await server?.stop("SIGKILL");
  server = undefined;
}, 60_000);

async function expectNoDamage({ dataDir }: TestServer): Promise<void> {
  const { code, stdout } = await runOpm(["scrub", "--json", "--data", dataDir]);
  expect([code, (JSON.parse(stdout) as { problems: unknown[] }).problems]).toEqual([0, []]);
}

test("a worker killed in the middle of pushes: the others serve on, another takes its place, what was acknowledged is there", async () => {
  const running = await start(3);
  const ledger = new Ledger();
  const layers = sharedLayers(12);
  let pushing = true;
  let lost = 0;
  const pushers = Array.from({ length: 8 }, async (_, at) => {
    const scratch = [randomBlob(10), randomBlob(150_000)];
    while (pushing) {
      const pusher = { client, ledger, layers, scratch, random: randomOf(at + 100 * lost), running: () => pushing };
      // A connection to the worker that is killed breaks off; the push begins anew.
      await pushUntilKilled(pusher).catch((error: unknown) => {
        if (!(error instanceof Error && "code" in error)) throw error;
        lost++;
      });
    }
  });
  for (let round = 1; round <= 3; round++) {
    const before = ledger.acknowledged;
    await eventually("pushes are acknowledged", async () => ledger.acknowledged > before + 20);
    await replaceWorker(running, round);
  }
  pushing = false;
  await Promise.all(pushers);
  expect(
    logOf(running)
      .filter(({ message }) => message === "a worker ended")
      .map(({ cause }) => cause),
  ).toEqual(["SIGKILL", "SIGKILL", "SIGKILL"]);
  await ledger.verify(client);
  await expectNoDamage(running);
}, 120_000);

test("no worker outlives the process that looks after them, and the port is free again", async () => {
  const running = await start();
  const workers = [...workersOf(running).values()];
  const stalled = await openConnection(running.url);
  await stalled.write("PUT /v2/a/manifests/b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nsome");
  expectStatus(await client.get("/healthz"), 200);
  await running.kill();
  await eventually("the workers are gone", async () => !workers.some(isRunning));
  stalled.destroy();
  const { port } = new URL(running.url);
  Bun.listen({ hostname: "127.0.0.1", port: Number(port), socket: { data() {} } }).stop(true);
}, 60_000);

test("of servers that start on one port at the same moment one gets it, with all of its workers", async () => {
  const folder = temporaryFolder();
  const free = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  free.stop(true);
  const address = `127.0.0.1:${free.port}`;
  const started = [1, 2, 3].map((number) => {
    const command = [...opmCommand(), "serve", "--workers", "2", "--listen", address, "--data", join(folder.path, `data-${number}`)];
    return Bun.spawn(command, { cwd: folder.path, env: opmEnvironment(), stdin: "ignore", stdout: "ignore", stderr: "pipe" });
  });
  const refused = (child: (typeof started)[number]) => child.exitCode !== null;
  try {
    await eventually("all but one are refused", async () => started.filter(refused).length === 2);
    const [winner] = started.filter((child) => !refused(child));
    for (const child of started.filter(refused))
      expect([child.exitCode, await child.stderr.text()]).toEqual([1, expect.stringContaining("is in use by another")]);
    await eventually("it answers", () =>
      scatteredClient(() => `http://${address}`)
        .get("/healthz")
        .then(
          ({ status }) => status === 200,
          () => false,
        ),
    );
    winner?.kill("SIGTERM");
    expect(await winner?.exited).toBe(0);
  } finally {
    for (const child of started) child.kill("SIGKILL");
    await Promise.all(started.map(({ exited }) => exited));
    folder.remove();
  }
}, 60_000);

test("stopping lets running requests end, at whichever worker", async () => {
  const running = await start();
  const workers = [...workersOf(running).values()];
  const blobs = Array.from({ length: 12 }, () => randomBlob(200_000));
  const uploads = await Promise.all(
    blobs.map(async ({ digest, bytes }) => {
      const upload = await openConnection(running.url);
      await upload.write(`POST /v2/stop/blobs/uploads/?digest=${digest} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${bytes.length}\r\n\r\n`);
      await upload.write(bytes.subarray(0, 1000));
      return upload;
    }),
  );
  await eventually("all are being handled", async () => /^opm_http_requests_in_flight 13$/m.test((await client.get("/metrics")).text()));
  const ended = running.stop("SIGTERM");
  await eventually("nobody else is let in", () =>
    client.get("/healthz").then(
      () => false,
      () => true,
    ),
  );
  const statuses = await Promise.all(
    uploads.map(async (upload, at) => {
      await upload.write(blobs[at]?.bytes.subarray(1000) ?? new Uint8Array());
      const { status } = await upload.answer();
      upload.destroy();
      return status;
    }),
  );
  expect(statuses).toEqual(blobs.map(() => 201));
  expect(await ended).toBe(0);
  server = undefined;
  expect(workers.some(isRunning)).toBe(false);
  expect(logOf(running).at(-1)).toMatchObject({ message: "stopped" });
}, 60_000);

test("a worker that ends again and again is given up, with the reason and exit code 1", async () => {
  const running = await start();
  let pid = 0;
  for (let end = 1; end < 5; end++) pid = await replaceWorker(running, 1);
  expect(pid).toBeGreaterThan(1);
  const last = [...workersOf(running).values()];
  process.kill(pid, "SIGKILL");
  await eventually("the server has ended", async () => !isRunning(running.pid));
  expect(running.stderr()).toEndWith("opm: worker 1 ended 5 times within a minute, at last with: SIGKILL\n");
  expect(last.some(isRunning)).toBe(false);
  expect(await running.stop()).toBe(1);
  server = undefined;
}, 60_000);
