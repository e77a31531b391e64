import { dirname } from "node:path";
import { ROOT } from "./root.ts";

/** Beginnings of names of files below test/ that measure time or memory, or count on what happens at once: they run with nothing beside them. */
const ALONE = [
  "concurrency/",
  "crash/kill.",
  "limits/downloads.",
  "limits/full-disk.",
  "limits/headers.",
  "limits/manifests-at-once.",
  "limits/memory.",
  "limits/parsers.",
  "limits/shutdown.",
  "limits/uploads.",
];

/** The same of files that take longest, which begin first, so that the end of a run has something for every processor. */
const LONGEST = [
  "api/openapi.",
  "component/signing/sign.",
  "component/transfer/",
  "component/verification/",
  "mod/acceptance/",
  "mod/get/damage.",
  "exit-codes/",
  "cli-catalog/",
  "cli/accounts.",
  "mod/build/",
];

/** The same of files that run the program as it lies in src/, each module read by itself: its start, its threads and the files that it looks for. */
const FROM_SOURCE = ["cli/config.", "cli/help.", "cli/serve.", "mod/helper-", "mod/readme."];

/**
 * The same of files that also run against the standalone executable: of each kind of work what the executable can change, such as threads,
 * the helper inside it, native parts, start and end, files that it reads of itself.
 */
const EXECUTABLE = [
  "access/bearer.",
  "access/htpasswd.",
  "cli/colours.",
  "cli/completion",
  "cli/config.",
  "cli/help.",
  "cli/schema.",
  "cli/serve.",
  "cli/signals.",
  "cli/usage.",
  "clients/crane.",
  "clients/login.",
  "component/signing/certificates.",
  "conformance/blobs-push.",
  "conformance/extensions.",
  "conformance/manifests-push.",
  "conformance/uploads-chunked.",
  "crash/kill.",
  "limits/parsers.",
  "mod/helper-",
  "mod/story.",
  "workers/",
];

/** The same of files that run a second time on the listener that is not the default, where they start a server. */
const ON_EVERY_LISTENER = ["access/", "bad-input/", "conformance/", "crash/", "limits/", "log/", "workers/together."];

/** The same of files that run a second time on a server of several workers, whose requests meet now this one, now that. */
const WITH_WORKERS = [
  "access/login-limit.",
  "access/tokens.",
  "conformance/blobs-push.",
  "conformance/deletes.",
  "conformance/manifests-push.",
  "conformance/uploads-chunked.",
  "conformance/uploads-taken-over.",
  "log/",
  "tls/tls.",
];

/**
 * The same of files that run again over each combination of stores that is not the default: the whole suites of what a server does for its
 * clients, whatever it stores in.
 */
const ON_EVERY_STORAGE = ["access/", "api/", "bad-input/", "catalog/", "concurrency/", "conformance/"];

/** Of these, the files that are about the data folder of the embedded stores, name stores of their own, or start no server. */
const ON_ONE_STORAGE = ["access/data-folder.", "access/exposure.", "catalog/postgres."];

/** Decides which files of tests run, by their path from the project's folder. */
export type Choice = (file: string) => boolean;

/** Files of tests beside what they test, which share processes. */
export function unitFiles(choice: Choice): string[] {
  return testFiles("{src,scripts,bench}/**/*.test.ts", choice);
}

/** Files below test/, which start processes and have one each; the longest first. */
export function processFiles(choice: Choice): string[] {
  const files = testFiles("test/**/*.test.ts", choice);
  return [...files.filter((file) => begins(file, LONGEST)), ...files.filter((file) => !begins(file, LONGEST))];
}

/** Those of them that run again with the executable. @throws Error for an entry of a list that names no file, e.g. after a file was renamed */
export function executableFiles(choice: Choice): string[] {
  const all = testFiles("test/**/*.test.ts", () => true);
  for (const start of [...ALONE, ...LONGEST, ...FROM_SOURCE, ...EXECUTABLE, ...ON_EVERY_LISTENER, ...WITH_WORKERS, ...ON_EVERY_STORAGE, ...ON_ONE_STORAGE]) {
    if (!all.some((file) => begins(file, [start]))) throw new Error(`no test file begins with test/${start}: mend the lists of scripts/lib/test-files.ts`);
  }
  return all.filter((file) => begins(file, EXECUTABLE) && choice(file));
}

/** Those that run again on the other listener, if they start a server. */
export function listenerFiles(choice: Choice): string[] {
  return processFiles((file) => begins(file, ON_EVERY_LISTENER) && choice(file));
}

/** Those that run again on a server of several workers. */
export function workerFiles(choice: Choice): string[] {
  return processFiles((file) => begins(file, WITH_WORKERS) && choice(file));
}

/** Those that run again over every other combination of stores. */
export function storageFiles(choice: Choice): string[] {
  return processFiles((file) => begins(file, ON_EVERY_STORAGE) && !begins(file, ON_ONE_STORAGE) && choice(file));
}

/** True for a file that must have nothing beside it. */
export function isAlone(file: string): boolean {
  return begins(file, ALONE);
}

/** True for a file that runs the program as it lies in src/, and no build of it. */
export function isFromSource(file: string): boolean {
  return begins(file, FROM_SOURCE);
}

/**
 * Unit tests by the folders whose files share a process: those of an area of src, of each folder of the storage, and of each other folder. The
 * files of PostgreSQL start a server each, which takes long, and stand alone.
 */
export function unitFolders(files: readonly string[]): Map<string, string[]> {
  const depth = (file: string) => (file.startsWith("src/storage/") ? 3 : file.startsWith("src/") ? 2 : 1);
  const folder = (file: string) => dirname(file).split("/").slice(0, depth(file)).join("/");
  return Map.groupBy(files, (file) => (file.startsWith("src/storage/postgres/") ? file : folder(file)));
}

function begins(file: string, starts: readonly string[]): boolean {
  return starts.some((start) => file.startsWith(`test/${start}`));
}

function testFiles(pattern: string, choice: Choice): string[] {
  return [...new Bun.Glob(pattern).scanSync({ cwd: ROOT })].sort().filter(choice);
}
