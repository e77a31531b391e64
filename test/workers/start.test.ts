import { expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { configSchema } from "../../src/config/schema.ts";
import type { FromWorker, ToWorker } from "../../src/server/workers/messages.ts";
import { opmCommand, opmEnvironment, temporaryFolder } from "../cli/run-opm.ts";
import { eventually } from "../support/eventually.ts";

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

test("a signal to stop that also reaches workers which are starting ends the start as it does alone", async () => {
  const folder = temporaryFolder();
  const server = Bun.spawn([...opmCommand(), "serve", "--data", folder.path, "--listen", "127.0.0.1:0", "--workers", "2"], {
    env: opmEnvironment(),
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  });
  try {
    const children = `/proc/${server.pid}/task/${server.pid}/children`;
    await eventually("a worker starts", async () => (await readFile(children, "utf8")).trim() !== "");
    process.kill(-server.pid, "SIGTERM");
    // 0 where the workers were quick.
    expect([0, 143]).toContain(await server.exited);
    expect(await new Response(server.stderr).text()).not.toContain("could not be started");
  } finally {
    server.kill("SIGKILL");
    folder.remove();
  }
}, 60_000);
