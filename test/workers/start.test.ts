import { expect, test } from "bun:test";
import { configSchema } from "../../src/config/schema.ts";
import type { FromWorker, ToWorker } from "../../src/server/workers/messages.ts";
import { opmCommand, opmEnvironment } from "../cli/run-opm.ts";

test("a worker that cannot start says why by message alone, whatever else it is told meanwhile", async () => {
  const said: FromWorker[] = [];
  const worker = Bun.spawn([...opmCommand(), "serve-worker"], {
    env: opmEnvironment(),
    stdio: ["ignore", "ignore", "pipe"],
    serialization: "advanced",
    ipc(message: FromWorker) {
      said.push(message);
      if (message.type === "stopped") worker.disconnect();
    },
    timeout: 30_000,
    killSignal: "SIGKILL",
  });
  const data = "/nonexistent/opm";
  const messages: ToWorker[] = [
    { type: "start", settings: { config: configSchema.parse({ data }), port: 1, workers: 2 } },
    { type: "figures", request: 1 },
  ];
  for (const message of messages) worker.send(message);
  await worker.exited;
  expect(said).toEqual([{ type: "failed", why: expect.stringContaining(data) }, { type: "stopped" }]);
  expect(await new Response(worker.stderr).text()).toBe("");
});
