import { afterAll, beforeAll } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, spawnServer, waitForServer } from "../../../bench/processes.ts";
import { startTestServer } from "../../support/server.ts";
import { findTool } from "../../support/tools.ts";

/** Milliseconds for a hook that starts or ends a process. */
const HOOK_LIMIT = 60_000;

const distribution = await findTool("registry");

/** A registry in a process of its own. */
export interface StartedRegistry {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  stop(): Promise<unknown>;
}

const STARTERS: Readonly<Record<string, () => Promise<StartedRegistry>>> = { "opm serve": startOpm, distribution: startDistribution };

/** Names of registries that are started for a file of tests. */
export const REGISTRIES = Object.keys(STARTERS);

/** Starts all of them before the tests of the calling file. Gives `127.0.0.1:<port>` by name. */
export function useRegistries(): (name: string) => string {
  const started = new Map<string, StartedRegistry>();
  beforeAll(async () => {
    for (const [name, start] of Object.entries(STARTERS)) started.set(name, await start());
  }, HOOK_LIMIT);
  afterAll(async () => {
    await Promise.all([...started.values()].map(({ stop }) => stop()));
  }, HOOK_LIMIT);
  return (name) => started.get(name)?.host ?? "";
}

export async function startOpm(): Promise<StartedRegistry> {
  const server = await startTestServer();
  return { host: new URL(server.url).host, stop: () => server.stop() };
}

/** The registry of the CNCF, on a free port with an empty folder. */
export async function startDistribution(): Promise<StartedRegistry> {
  const folder = mkdtempSync(join(tmpdir(), "opm-distribution-"));
  const host = `127.0.0.1:${freePort()}`;
  const config = join(folder, "config.json");
  const settings = {
    version: 0.1,
    log: { level: "error", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, "data") } },
    http: { addr: host },
  };
  await Bun.write(config, JSON.stringify(settings));
  const command = [distribution.path ?? "registry", "serve", config];
  const server = spawnServer(command, { folder, environment: { OTEL_TRACES_EXPORTER: "none", HOME: folder } });
  await waitForServer(command[0] ?? "", server, `http://${host}/v2/`, folder);
  return {
    host,
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
