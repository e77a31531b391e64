import { expect, test } from "bun:test";
import { configSchema } from "../../config/schema.ts";
import { startWorkerProcess } from "./worker-process.ts";

test("a message to a worker that has just been killed is dropped, whenever it comes", async () => {
  const worker = startWorkerProcess({ config: configSchema.parse({}), port: 1, workers: 2 }, () => undefined);
  let over = false;
  const ended = worker.ended.then((how) => {
    over = true;
    return how;
  });
  worker.kill();
  for (const end = performance.now() + 20_000; !over && performance.now() < end; await Bun.sleep(0)) {
    expect(() => worker.send({ type: "stop" })).not.toThrow();
  }
  expect(await ended).toBe("SIGKILL");
});
