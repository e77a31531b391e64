import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, spawnServer, waitForServer } from "../../bench/processes.ts";
import { findTool } from "./tools.ts";

/** A registry that tests use. */
export interface StartedRegistry {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  stop(): Promise<unknown>;
}

/** First part of the names of repositories that are the calling file's alone: it may share a registry with other files of the run. */
export const OWN_PREFIX = `own-${crypto.randomUUID()}`;

/** The registry of the CNCF that `OPM_TEST_DISTRIBUTION` names, which the files of a run share; where it names none, one of its own. */
export async function openDistribution(): Promise<StartedRegistry> {
  const host = process.env.OPM_TEST_DISTRIBUTION;
  return host === undefined ? await startDistribution() : { host, stop: async () => undefined };
}

/** One of the calling file's own. */
export interface StartedDistribution extends StartedRegistry {
  /** The folder of its storage. */
  readonly storage: string;
}

export interface DistributionOptions {
  /** Default: it deletes nothing, as it comes. */
  readonly deletes?: boolean;
  /** Where it stores, by the name of its driver. Default: a folder, `storage`. */
  readonly driver?: Readonly<Record<string, unknown>>;
}

/**
 * Starts the registry of the CNCF on a free port with an empty folder: for files whose questions are about a whole registry, and for a run.
 * @throws Error when it is not there and cannot be installed
 */
export async function startDistribution({ deletes = false, driver }: DistributionOptions = {}): Promise<StartedDistribution> {
  const { path, problem, command } = await findTool("registry");
  if (path === undefined) throw new Error(`the registry of the CNCF is not there (${problem}): ${command}`);
  const folder = mkdtempSync(join(tmpdir(), "opm-distribution-"));
  const host = `127.0.0.1:${freePort()}`;
  const config = join(folder, "config.json");
  const settings = {
    version: 0.1,
    log: { level: "error", accesslog: { disabled: true } },
    storage: { ...(driver ?? { filesystem: { rootdirectory: join(folder, "data") } }), delete: { enabled: deletes } },
    http: { addr: host },
  };
  await Bun.write(config, JSON.stringify(settings));
  const server = spawnServer([path, "serve", config], { folder, environment: { OTEL_TRACES_EXPORTER: "none", HOME: folder } });
  await waitForServer("distribution", server, { url: `http://${host}/v2/`, log: join(folder, "output.log") });
  return {
    host,
    storage: join(folder, "data"),
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
