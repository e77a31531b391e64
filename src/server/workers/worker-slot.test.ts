import { expect, test } from "bun:test";
import { configSchema } from "../../config/schema.ts";
import { createLog } from "../log.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import type { startWorkerProcess } from "./worker-process.ts";
import { WorkerSlot } from "./worker-slot.ts";

interface FakeWorker {
  readonly received: ToWorker["type"][];
  readonly startedAt: number;
  released: boolean;
  say(message: FromWorker): void;
  end(how: string): void;
}

/** A slot whose workers the test plays. */
function fakeSlot() {
  const workers: FakeWorker[] = [];
  const lines: string[] = [];
  const told: string[] = [];
  const start: typeof startWorkerProcess = (_settings, receive) => {
    const over = Promise.withResolvers<string>();
    const worker: FakeWorker = { received: [], startedAt: performance.now(), released: false, say: receive, end: over.resolve };
    workers.push(worker);
    return {
      pid: workers.length,
      send: ({ type }) => worker.received.push(type),
      release() {
        worker.released = true;
      },
      kill: () => over.resolve("SIGKILL"),
      ended: over.promise,
    };
  };
  const slot = new WorkerSlot({
    number: 1,
    settings: { config: configSchema.parse({}), port: 1, workers: 2 },
    log: createLog({ level: "info", format: "json", sink: (text) => lines.push(text) }),
    receive: ({ type }) => told.push(type),
    ended: () => told.push("ended"),
    gaveUp: (why) => told.push(why),
    start,
  });
  const started = async (count: number): Promise<FakeWorker> => {
    for (const end = performance.now() + 20_000; workers.length < count && performance.now() < end; ) await Bun.sleep(5);
    const worker = workers[count - 1];
    if (worker === undefined) throw new Error(`worker ${count} was not started`);
    return worker;
  };
  return { slot, workers, lines, told, started };
}

test("what a worker says is passed on, and it is let go when it has stopped", async () => {
  const { slot, told, started } = fakeSlot();
  const worker = await started(1);
  expect(slot.isReady).toBe(false);
  worker.say({ type: "ready" });
  await slot.ready;
  expect(slot.isReady).toBe(true);
  const stopping = slot.stop(60_000);
  worker.say({ type: "stopped" });
  expect(worker.released).toBe(true);
  worker.end("exit code 0");
  await stopping;
  expect(worker.received).toEqual(["stop"]);
  expect(told).toEqual(["ready", "stopped", "ended"]);
});

test("one that does not stop in time is killed", async () => {
  const { slot, started } = fakeSlot();
  (await started(1)).say({ type: "ready" });
  await slot.stop(1);
  expect(slot.isReady).toBe(false);
});

test("one that ends is started again, later each time, and given up after five within a minute", async () => {
  const { workers, told, lines, started } = fakeSlot();
  for (let count = 1; count <= 5; count++) {
    const worker = await started(count);
    worker.say({ type: "ready" });
    worker.end("SIGKILL");
  }
  await Promise.resolve();
  const waits = workers.slice(1).map(({ startedAt }, index) => startedAt - (workers[index]?.startedAt ?? 0));
  for (const [index, wait] of waits.entries()) expect(wait).toBeGreaterThanOrEqual(100 * 2 ** index - 5);
  expect(told.at(-1)).toBe("worker 1 ended 5 times within a minute, at last with: SIGKILL");
  expect(lines.join("")).toContain('"message":"a worker ended","worker":1,"pid":5,"cause":"SIGKILL"');
  expect(workers).toHaveLength(5);
});

test("that the first one cannot start is told with its reason", async () => {
  const { slot, workers, started } = fakeSlot();
  const worker = await started(1);
  worker.say({ type: "failed", why: "the metadata database is busy" });
  worker.end("exit code 0");
  expect(await slot.ready.catch((error: Error) => error.message)).toBe("a worker could not be started: the metadata database is busy");
  slot.kill();
  await Bun.sleep(150);
  expect(workers).toHaveLength(1);
});
