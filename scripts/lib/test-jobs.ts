import { rmSync } from "node:fs";
import { copyFile, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDistribution } from "../../test/support/distribution.ts";
import { OTHER_STORAGES, startStorageServices } from "../../test/support/storage.ts";
import { buildExecutable } from "./build-executable.ts";
import { bunTest } from "./bun-test.ts";
import { bundleProgram } from "./bundle-program.ts";
import type { ImportGraph } from "./import-graph.ts";
import type { Job } from "./jobs.ts";
import {
  type Choice,
  executableFiles,
  isAlone,
  isFromSource,
  listenerFiles,
  processFiles,
  storageFiles,
  unitFiles,
  unitFolders,
  workerFiles,
} from "./test-files.ts";

/** Milliseconds for the files of a job. */
const TIME_LIMIT = 10 * 60_000;

type Environment = Readonly<Record<string, string>>;

/** Jobs, and what they share: made when the first of them asks for it. */
export interface TestJobs {
  readonly jobs: readonly Job[];
  /** Removes what was made. */
  close(): Promise<void>;
}

/** What starts a server of ours. */
const SERVER = "test/support/server.ts";

/** The listener that a server takes only when it is told to. */
const OTHER_LISTENER = "node";

/** The workers of a server that has several. */
const WORKERS = "2";

/** What starts the registry of the CNCF. */
const DISTRIBUTION = "test/support/distribution.ts";

/**
 * Every file of tests that is chosen: unit tests by folders, those that start processes one by one, and then those that run again with the
 * executable, on the other listener, with workers, or over other stores. The files that use the registry of the CNCF share one, and those over
 * other stores the services of these.
 * @param storage the combination of stores, to run only the files that run on each, on this one
 */
export function testJobs(choice: Choice, graph: ImportGraph, storage?: string): TestJobs {
  const bundle = shared(bundleProgram, ({ remove }) => remove());
  const executable = shared(buildAlone, ({ remove }) => remove());
  // where it cannot be started, each file says so itself
  const distribution = shared(
    () => startDistribution().catch(() => undefined),
    (started) => started?.stop(),
  );
  const services = shared(startStorageServices, (started) => started.stop());
  const environmentOf = async (file: string): Promise<Environment> => {
    const host = graph.loadedBy(file).has(DISTRIBUTION) ? (await distribution.get())?.host : undefined;
    return {
      ...(!isFromSource(file) && { OPM_TEST_MAIN: (await bundle.get()).main }),
      ...(host !== undefined && { OPM_TEST_DISTRIBUTION: host }),
    };
  };
  const over = (stores: string): Job[] =>
    storageFiles(choice).map((file) =>
      job(`${stores}, ${file}`, [file], async () => ({ ...(await environmentOf(file)), ...(await services.get()).environment, OPM_TEST_STORAGE: stores })),
    );
  const close = async (): Promise<void> => {
    await Promise.all([bundle, executable, distribution, services].map((each) => each.close()));
  };
  if (storage !== undefined) return { jobs: over(storage), close };
  const units = [...unitFolders(unitFiles(choice))].map(([folder, files]) => job(`${folder} (unit tests)`, files));
  const processes = processFiles(choice).map((file) => job(file, [file], () => environmentOf(file)));
  const again = executableFiles(choice).map((file) =>
    job(`executable, ${file}`, [file], async () => ({ ...(await environmentOf(file)), OPM_TEST_BINARY: (await executable.get()).path })),
  );
  const onOther = listenerFiles((file) => choice(file) && graph.loadedBy(file).has(SERVER)).map((file) =>
    job(`listener ${OTHER_LISTENER}, ${file}`, [file], async () => ({ ...(await environmentOf(file)), OPM_TEST_LISTENER: OTHER_LISTENER })),
  );
  const withWorkers = workerFiles(choice).map((file) =>
    job(`${WORKERS} workers, ${file}`, [file], async () => ({ ...(await environmentOf(file)), OPM_TEST_WORKERS: WORKERS })),
  );
  return {
    jobs: [...units, ...processes, ...again, ...onOther, ...withWorkers, ...OTHER_STORAGES.flatMap(over)],
    close,
  };
}

function job(name: string, files: readonly string[], environment: () => Promise<Environment> = async () => ({})): Job {
  const run = async () => bunTest(files, { timeLimit: TIME_LIMIT, environment: await environment(), quiet: true });
  return { name, isAlone: files.some(isAlone), run };
}

interface Shared<T> {
  get(): Promise<T>;
  close(): Promise<unknown>;
}

/**
 * Makes a thing once, when it is first asked for.
 * @param remove is called as well when this process is interrupted, and then gets as far as it comes without waiting
 */
function shared<T>(make: () => Promise<T>, remove: (made: T) => Promise<unknown> | undefined): Shared<T> {
  let making: Promise<T> | undefined;
  let made: { readonly thing: T } | undefined;
  const close = async () => {
    const { thing } = made ?? {};
    made = undefined;
    if (thing !== undefined) await remove(thing);
  };
  const start = async () => {
    const thing = await make();
    made = { thing };
    process.once("exit", () => void close());
    return thing;
  };
  return { get: () => (making ??= start()), close };
}

/** Builds the executable and copies it alone into an empty folder. */
async function buildAlone(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "opm-executable-"));
  const remove = async () => rmSync(folder, { recursive: true, force: true });
  const path = join(folder, "opm");
  try {
    await copyFile(await buildExecutable(), path);
  } catch (error) {
    await remove();
    throw error;
  }
  return { path, remove };
}
