import { join } from "node:path";
import { freePort, spawnServer, waitForServer } from "../processes.ts";
import type { Running, StartOptions } from "../subject.ts";

/** zot as it comes: de-duplication on, no access control. It syncs files only where it is told to (`commit`). */
export async function startZot(executable: string, { folder, durable }: StartOptions): Promise<Running> {
  const port = freePort();
  const address = `127.0.0.1:${port}`;
  const config = join(folder, "config.json");
  const settings = {
    distSpecVersion: "1.1.1",
    storage: { rootDirectory: join(folder, "data"), commit: durable },
    http: { address: "127.0.0.1", port: String(port) },
    log: { level: "error" },
  };
  await Bun.write(config, JSON.stringify(settings));
  const server = spawnServer([executable, "serve", config], { folder });
  await waitForServer("zot", server, `http://${address}/v2/`, folder);
  return { name: "zot", address, pid: server.pid, authorization: undefined, stop: server.stop };
}
