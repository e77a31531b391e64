import { afterAll, beforeAll, setDefaultTimeout } from "bun:test";
import { outputSchemaOf } from "../../src/cli/testing/output-schema.ts";
import { type Ran, runOpm } from "../cli/run-opm.ts";
import { startDistribution } from "../support/distribution.ts";
import { startTestServer } from "../support/server.ts";
import { type Seeded, seedRegistry } from "./seed.ts";

/** Milliseconds for starting a registry and filling it. */
const HOOK_LIMIT = 60_000;

/** Milliseconds for a test, which may run a dozen commands while other tests run. */
const TEST_LIMIT = 60_000;

/** Gives the tests of the calling file the time that they need. */
export function allowForCommands(): void {
  setDefaultTimeout(TEST_LIMIT);
}

/** A registry with content, and the command line to ask it with. */
export interface Catalog {
  readonly seeded: Seeded;
  readonly host: string;
  /** Runs `opm`; `HOST` in an argument stands for the registry. */
  opm(...args: readonly string[]): Promise<Ran>;
  /** The JSON that a command prints. @throws Error when it fails */
  json(...args: readonly string[]): Promise<Record<string, unknown>>;
}

interface Registry {
  readonly url: string;
  stop(): Promise<unknown>;
}

/** Starts `opm serve` with content before the tests of the calling file. */
export function useCatalog(): Catalog {
  return useSeeded(() => startTestServer());
}

/** The same with a CNCF distribution of its own, which has neither the package API nor referrers. */
export function usePlainCatalog(): Catalog {
  return useSeeded(async () => {
    const { host, stop } = await startDistribution({ deletes: true });
    return { url: `http://${host}`, stop };
  });
}

function useSeeded(start: () => Promise<Registry>): Catalog {
  allowForCommands();
  let started: { readonly registry: Registry; readonly seeded: Seeded } | undefined;
  beforeAll(async () => {
    const registry = await start();
    started = { registry, seeded: await seedRegistry(registry.url) };
  }, HOOK_LIMIT);
  afterAll(async () => {
    await started?.registry.stop();
  }, HOOK_LIMIT);
  const now = () => started ?? fail();
  const host = () => new URL(now().registry.url).host;
  const opm = (...args: readonly string[]) => runOpm(args.map((arg) => arg.replace("HOST", host())));
  return {
    get seeded() {
      return now().seeded;
    },
    get host() {
      return host();
    },
    opm,
    json: async (...args) => await jsonOf(await opm(...args, "--json"), args),
  };
}

/** The JSON that a command printed, which must be what docs/reference/json.md says. @throws Error when it failed */
async function jsonOf({ code, stdout, stderr }: Ran, args: readonly string[]): Promise<Record<string, unknown>> {
  if (code !== 0) throw new Error(`opm ${args.join(" ")} exited with ${code}:\n${stderr}`);
  const value = JSON.parse(stdout) as Record<string, unknown>;
  (await outputSchemaOf(args)).parse(value);
  return value;
}

function fail(): never {
  throw new Error("the registry was not started");
}
