/**
 * Address for `new Worker(…)` of a worker file below `src/storage/`, e.g. `filesystem/hash.worker.ts`. In a standalone
 * executable the workers are further entry points of the build, laid out relative to `src/`, while every module
 * believes to be the executable itself.
 */
export function workerUrl(path: string, moduleUrl: string = import.meta.url): URL {
  const standalone = moduleUrl.includes("/$bunfs/") || moduleUrl.includes("/~BUN/");
  return new URL(standalone ? `./storage/${path}` : `./${path}`, moduleUrl);
}
