import { afterAll, beforeAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Random, randomOf } from "../../src/storage/filesystem/testing/random.ts";
import { opmCommand, opmEnvironment, runOpm } from "../cli/run-opm.ts";
import { randomBlob } from "../support/content.ts";
import { execute } from "../support/damage.ts";
import { registryClient } from "../support/registry-client.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { Ledger } from "./ledger.ts";
import { pushUntilKilled, sharedLayers } from "./pushers.ts";

const CLIENTS = 10;
const ROUNDS = 12;

/** Milliseconds after which a round ends at the latest. */
const LONGEST = 700;

/** Blobs that runs of `opm gc` removed while pushes went on. */
let collected = 0;

let server: TestServer;
const client = registryClient(() => server.url);
const ledger = new Ledger();
const layers = sharedLayers(12);
const scratch = Array.from({ length: CLIENTS }, () => [10, 4000, 150_000].map((size) => randomBlob(size)));

beforeAll(async () => {
  server = await startTestServer({ config: { collector: { interval: "0s" } } });
}, 60_000);
afterAll(async () => {
  await server.stop();
}, 60_000);

for (let round = 1; round <= ROUNDS; round++) {
  const collecting = round % 3 === 0;
  test(`killed in the middle of pushes, it keeps what was acknowledged and shows nothing half, round ${round}${collecting ? ", with gc" : ""}`, async () => {
    const random = randomOf(round);
    const before = ledger.acknowledged;
    await pushAndKill(random, collecting);
    expect(ledger.acknowledged).toBeGreaterThan(before);
    if (collecting) expectNoDamage(await opm("scrub", "--json"));
    await server.restart();
    await ledger.verify(client);
  }, 60_000);
}

test("all content is whole, and stays so when everything that nobody needs is collected", async () => {
  expect(collected).toBeGreaterThan(0);
  expectNoDamage(await opm("scrub", "--json"));
  await server.kill();
  await expireReservations();
  await server.restart();
  await opm("gc", "--config", tinyRetention());
  await ledger.verify(client);
  expectNoDamage(await opm("scrub", "--json"));
}, 60_000);

/** On a busy machine the first acknowledgement takes its time. */
async function acknowledgedSince(before: number): Promise<void> {
  for (const end = Date.now() + 50_000; ledger.acknowledged <= before && Date.now() < end; ) await Bun.sleep(10);
}

async function pushAndKill(random: Random, collecting: boolean): Promise<void> {
  const before = ledger.acknowledged;
  let running = true;
  if (collecting) await expireReservations();
  const clients = scratch.map((own, at) => {
    return pushUntilKilled({ client, ledger, layers, scratch: own, random: randomOf(random.below(1e9) + at), running: () => running });
  });
  const collector = collecting ? collectUntil(() => !running, random) : Promise.resolve();
  // A client that fails before the kill ends the round with its error.
  const failed = Promise.all(clients).then(() => undefined);
  await Promise.race([Bun.sleep(50 + random.below(LONGEST)).then(() => acknowledgedSince(before)), failed]);
  running = false;
  await server.kill();
  await Promise.all([failed, collector]);
}

/** Runs `opm gc` beside the server, again and again, and kills some of those runs as well. */
async function collectUntil(over: () => boolean, random: Random): Promise<void> {
  while (!over()) {
    const command = [...opmCommand(), "gc", "--json", "--data", server.dataDir, "--config", tinyRetention()];
    const child = Bun.spawn(command, { env: opmEnvironment(server.storage), stdin: "ignore", stdout: "pipe", stderr: "ignore" });
    const timer = random.chance(0.5) ? setTimeout(() => child.kill("SIGKILL"), 150 + random.below(250)) : undefined;
    const [code, report] = await Promise.all([child.exited, child.stdout.text()]);
    clearTimeout(timer);
    if (child.signalCode !== null) continue;
    expect(code).toBe(0);
    collected += (JSON.parse(report) as { blobs: number }).blobs;
  }
}

function tinyRetention(): string {
  const file = join(server.dataDir, "..", "gc.yaml");
  writeFileSync(file, JSON.stringify({ collector: { retention: "0s", unreferenced: "1h" } }));
  return file;
}

/** As if the minutes had passed for which the collector leaves alone what was announced in rounds before. */
async function expireReservations(): Promise<void> {
  await execute(server, "UPDATE content SET reserved_until = 1 WHERE state <> 0");
}

async function opm(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runOpm([...args, "--data", server.dataDir], { environment: server.storage });
  expect([code, stderr]).toEqual([0, ""]);
  return stdout;
}

function expectNoDamage(report: string): void {
  const { problems, checked } = JSON.parse(report) as { problems: unknown[]; checked: number };
  expect(problems).toEqual([]);
  expect(checked).toBeGreaterThan(0);
}
