import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type ServerProcess, spawnServer } from "../processes.ts";

/** Milliseconds that a registry gets to say where it listens. */
const START_LIMIT = 20_000;

export interface BenchRegistry {
  /** `127.0.0.1:port` */
  readonly address: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts `opm serve` in a folder of its own, without access control, as it is without a configuration. */
export async function startRegistry(opm: readonly string[], folder: string): Promise<BenchRegistry> {
  mkdirSync(folder, { recursive: true });
  const server = spawnServer([...opm, "serve", "--listen", "127.0.0.1:0", "--data", join(folder, "data")], { folder });
  const address = await announcedAddress(server, join(folder, "output.log"));
  return { address, port: Number(address.split(":")[1]), stop: server.stop };
}

async function announcedAddress(server: ServerProcess, log: string): Promise<string> {
  for (const end = Date.now() + START_LIMIT; Date.now() < end; await Bun.sleep(25)) {
    const found = /http:\/\/(127\.0\.0\.1:\d+)/.exec(await Bun.file(log).text())?.[1];
    if (found !== undefined) return found;
  }
  await server.stop();
  throw new Error(`opm did not say where it listens within ${START_LIMIT / 1000} s: ${await Bun.file(log).text()}`);
}
