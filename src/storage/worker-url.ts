import { sourceWorkerUrl } from "../worker-url.ts";

/** Address for `new Worker(…)` of a worker file below `src/storage/`, e.g. `filesystem/hash.worker.ts`. */
export function workerUrl(path: string, moduleUrl?: string): URL {
  return sourceWorkerUrl(`storage/${path}`, moduleUrl);
}
