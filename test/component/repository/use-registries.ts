import { afterAll, beforeAll } from "bun:test";
import { openDistribution, type StartedRegistry } from "../../support/distribution.ts";
import { startTestServer } from "../../support/server.ts";
import { findTool } from "../../support/tools.ts";

/** Milliseconds for a hook that starts or ends a process. */
const HOOK_LIMIT = 60_000;

// installed before the hooks, whose time is short
await findTool("registry");

const OPENERS: Readonly<Record<string, () => Promise<StartedRegistry>>> = { "opm serve": startOpm, distribution: openDistribution };

/** Names of registries that a file of tests uses. */
export const REGISTRIES = Object.keys(OPENERS);

/** Has all of them before the tests of the calling file. Gives `127.0.0.1:<port>` by name; other files may use that of the CNCF at the same time. */
export function useRegistries(): (name: string) => string {
  const opened = new Map<string, StartedRegistry>();
  beforeAll(async () => {
    for (const [name, open] of Object.entries(OPENERS)) opened.set(name, await open());
  }, HOOK_LIMIT);
  afterAll(async () => {
    await Promise.all([...opened.values()].map(({ stop }) => stop()));
  }, HOOK_LIMIT);
  return (name) => opened.get(name)?.host ?? "";
}

export async function startOpm(): Promise<StartedRegistry> {
  const server = await startTestServer();
  return { host: new URL(server.url).host, stop: () => server.stop() };
}
