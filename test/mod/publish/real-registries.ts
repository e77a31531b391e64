import { afterAll, beforeAll } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, spawnServer, waitForServer } from "../../../bench/processes.ts";
import { startOpm } from "../../component/repository/use-registries.ts";
import { openDistribution, type StartedRegistry } from "../../support/distribution.ts";
import { cueTool } from "./use-modules.ts";

/** Milliseconds for a hook that starts or ends a process. */
const HOOK_LIMIT = 60_000;

const OPENERS: Readonly<Record<string, () => Promise<StartedRegistry>>> = {
  "opm serve": startOpm,
  distribution: openDistribution,
  // its tags cannot be moved
  "cue mod registry": startCueRegistry,
};

async function startCueRegistry(): Promise<StartedRegistry> {
  const host = `127.0.0.1:${freePort()}`;
  const folder = mkdtempSync(join(tmpdir(), "opm-cue-registry-"));
  const server = spawnServer([cueTool.path ?? "cue", "mod", "registry", host], { folder });
  await waitForServer("cue mod registry", server, { url: `http://${host}/v2/`, log: join(folder, "output.log") });
  return {
    host,
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Names of registries that a file of tests uses. */
export const REAL_REGISTRIES = Object.keys(OPENERS);

/** Has all of them before the tests of the calling file. Gives `127.0.0.1:<port>` by name; other files may use that of the CNCF at the same time. */
export function useRealRegistries(): (name: string) => string {
  const opened = new Map<string, StartedRegistry>();
  beforeAll(async () => {
    for (const [name, open] of Object.entries(OPENERS)) opened.set(name, await open());
  }, HOOK_LIMIT);
  afterAll(async () => {
    await Promise.all([...opened.values()].map(({ stop }) => stop()));
  }, HOOK_LIMIT);
  return (name) => opened.get(name)?.host ?? "";
}
