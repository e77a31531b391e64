import { join } from "node:path";
import { freePort, spawnServer, waitForServer } from "../processes.ts";
import type { Running, StartOptions } from "../subject.ts";

/** CNCF distribution at its quickest: descriptors cached in memory, no access log, no access control. It always syncs files. */
export async function startDistribution(executable: string, { folder }: StartOptions): Promise<Running> {
  const address = `127.0.0.1:${freePort()}`;
  const config = join(folder, "config.json");
  const settings = {
    version: 0.1,
    log: { level: "error", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, "data") }, cache: { blobdescriptor: "inmemory" }, delete: { enabled: true } },
    http: { addr: address },
  };
  await Bun.write(config, JSON.stringify(settings));
  const server = spawnServer([executable, "serve", config], { folder, environment: { OTEL_TRACES_EXPORTER: "none" } });
  await waitForServer("distribution", server, `http://${address}/v2/`, folder);
  return { name: "distribution", address, pid: server.pid, authorization: undefined, stop: server.stop };
}
