/** Where a standalone executable keeps its modules, on Linux and macOS, and on Windows. */
const STANDALONE_ROOT = /^.*\/(?:\$bunfs|~BUN)\/root\//;

/**
 * Address for `new Worker(…)` of a worker file below `src/`, e.g. `storage/filesystem/hash.worker.ts`. In a standalone executable the
 * workers are further entry points of the build, laid out relative to `src/`, while bundled modules lie elsewhere.
 */
export function workerUrl(path: string, moduleUrl: string = import.meta.url): URL {
  const root = STANDALONE_ROOT.exec(moduleUrl)?.[0];
  return root === undefined ? new URL(`./${path}`, moduleUrl) : new URL(path, root);
}
