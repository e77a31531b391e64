import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, spawnServer, waitForServer } from "../../bench/processes.ts";
import type { StartedDistribution } from "./distribution.ts";

/** The binary of zot that `OPM_TEST_ZOT` names: it takes minutes to build, so tests with it run only where there is one. */
export const ZOT = process.env.OPM_TEST_ZOT;

/** Starts zot on a free port with an empty folder. @param path of its binary */
export async function startZot(path: string): Promise<StartedDistribution> {
  const folder = mkdtempSync(join(tmpdir(), "opm-zot-"));
  const port = freePort();
  const config = join(folder, "config.json");
  const storage = join(folder, "data");
  const settings = {
    distSpecVersion: "1.1.1",
    storage: { rootDirectory: storage, dedupe: true, gc: false },
    http: { address: "127.0.0.1", port: String(port), compat: ["docker2s2"] },
    log: { level: "error" },
  };
  await Bun.write(config, JSON.stringify(settings));
  const server = spawnServer([path, "serve", config], { folder });
  const host = `127.0.0.1:${port}`;
  await waitForServer("zot", server, { url: `http://${host}/v2/`, log: join(folder, "output.log") });
  return {
    host,
    storage,
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
