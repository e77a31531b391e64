import { afterAll, beforeAll } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, spawnServer, waitForServer } from "../../../bench/processes.ts";
import { startTestServer } from "../../support/server.ts";
import { findTool } from "../../support/tools.ts";
import { cueTool } from "./use-modules.ts";

/** Milliseconds for a hook that starts or ends a process. */
const HOOK_LIMIT = 60_000;

const distribution = await findTool("registry");

interface Started {
  readonly host: string;
  stop(): Promise<unknown>;
}

const STARTERS: Readonly<Record<string, () => Promise<Started>>> = {
  "opm serve": async () => {
    const server = await startTestServer();
    return { host: new URL(server.url).host, stop: () => server.stop() };
  },
  distribution: async () => {
    const folder = mkdtempSync(join(tmpdir(), "opm-distribution-"));
    const host = `127.0.0.1:${freePort()}`;
    const config = join(folder, "config.json");
    const settings = {
      version: 0.1,
      log: { level: "error", accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: folder } },
      http: { addr: host },
    };
    await Bun.write(config, JSON.stringify(settings));
    return await startProcess([distribution.path ?? "registry", "serve", config], host, folder);
  },
  // its tags cannot be moved
  "cue mod registry": async () => {
    const host = `127.0.0.1:${freePort()}`;
    return await startProcess([cueTool.path ?? "cue", "mod", "registry", host], host, mkdtempSync(join(tmpdir(), "opm-cue-registry-")));
  },
};

async function startProcess(command: readonly string[], host: string, folder: string): Promise<Started> {
  const server = spawnServer([...command], { folder, environment: { OTEL_TRACES_EXPORTER: "none", HOME: folder } });
  await waitForServer(command[0] ?? "", server, `http://${host}/v2/`, folder);
  return {
    host,
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Names of registries that are started for a file of tests. */
export const REAL_REGISTRIES = Object.keys(STARTERS);

/** Starts all of them before the tests of the calling file. Gives `127.0.0.1:<port>` by name. */
export function useRealRegistries(): (name: string) => string {
  const started = new Map<string, Started>();
  beforeAll(async () => {
    for (const [name, start] of Object.entries(STARTERS)) started.set(name, await start());
  }, HOOK_LIMIT);
  afterAll(async () => {
    await Promise.all([...started.values()].map(({ stop }) => stop()));
  }, HOOK_LIMIT);
  return (name) => started.get(name)?.host ?? "";
}
