import { eventually } from "../support/eventually.ts";
import { type RegistryClient, registryClient } from "../support/registry-client.ts";
import type { TestServer } from "../support/server.ts";

/** Each request on a connection of its own, which the system gives to any of the workers. */
export function scatteredClient(url: () => string, headers: Readonly<Record<string, string>> = {}): RegistryClient {
  return registryClient(url, { Connection: "close", ...headers });
}

/** The lines of the log, each of which must be a whole one. */
export function logOf(server: Pick<TestServer, "stderr">): Record<string, unknown>[] {
  const lines = server.stderr().split("\n");
  return lines.slice(0, -1).map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** The process ids of the workers that were ready last, by their numbers. */
export function workersOf(server: Pick<TestServer, "stderr">): Map<number, number> {
  const ready = logOf(server).filter(({ message }) => message === "a worker is ready");
  return new Map(ready.map(({ worker, pid }) => [Number(worker), Number(pid)]));
}

/** Waits until so many workers have said that they are ready. */
export async function readyWorkers(server: Pick<TestServer, "stderr">, count: number): Promise<number[]> {
  await eventually(`${count} workers are ready`, async () => workersOf(server).size === count);
  return [...workersOf(server).values()];
}

/** Kills a worker, and waits until another one has taken its place. Gives the id of that. */
export async function replaceWorker(server: Pick<TestServer, "stderr">, number: number): Promise<number> {
  const pid = workersOf(server).get(number);
  if (pid === undefined) throw new Error(`there is no worker ${number}`);
  process.kill(pid, "SIGKILL");
  await eventually("another worker takes its place", async () => workersOf(server).get(number) !== pid);
  return workersOf(server).get(number) ?? pid;
}

/** The value of a metric without labels, or with those given as they are shown. */
export async function metricOf(client: RegistryClient, line: string): Promise<number> {
  const text = (await client.get("/metrics")).text();
  const found = text.split("\n").find((shown) => shown.startsWith(`${line} `));
  return found === undefined ? Number.NaN : Number(found.slice(line.length + 1));
}

/** True while there is a process with this id. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
