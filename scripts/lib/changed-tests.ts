import { type ImportGraph, importGraph } from "./import-graph.ts";
import type { Source } from "./sources.ts";

/** Folders of src that no process runs which is started by the tests of a folder below test/; those of other folders run all of src. */
const NOT_RUN: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    ["bad-input", "conformance", "crash", "concurrency", "limits", "log", "tls"].map((folder) => [folder, ["client", "components", "modules"]]),
  ),
  ...Object.fromEntries(["access", "api", "catalog", "cli-catalog", "cli-client", "client", "clients"].map((folder) => [folder, ["components", "modules"]])),
  mod: ["components"],
};

/** Beginnings of paths that nothing imports, and of the tests that they reach all the same. */
const BESIDE_IMPORTS: readonly (readonly [changed: string, tests: readonly string[]])[] = [
  ["package.json", [""]],
  ["package-lock.json", [""]],
  ["tsconfig.json", [""]],
  ["cue/", ["src/modules/", "test/component/", "test/mod/", "test/exit-codes/"]],
  ["docs/", ["scripts/", "src/cli/", "test/component/story", "test/import/story", "test/mod/readme", "test/mod/story"]],
  ["README.md", ["src/cli/", "test/mod/readme"]],
];

/**
 * The files of tests that a change can reach: those that load a changed file, themselves or by what they import; those below test/ whose
 * processes run it, by the folder that it is in; and of a file that nothing imports, such as a fixture, the tests of its folder.
 * @param changed paths from the project's folder
 */
export function changedTests(changed: readonly string[], sources: readonly Source[]): ReadonlySet<string> {
  const graph = importGraph(sources);
  const loaders = graph.loadersOf(changed);
  const tests = sources.map(({ path }) => path).filter((path) => path.endsWith(".test.ts"));
  return new Set(tests.filter((test) => loaders.has(test) || changed.some((path) => isRun(test, path) || isBeside(test, path, graph))));
}

/** Whether a process that the test starts may run the file. */
function isRun(test: string, path: string): boolean {
  const [, folder] = /^test\/([^/]+)\//.exec(test) ?? [];
  const [, area] = /^src\/(?:([^/]+)\/)?/.exec(path) ?? ["", undefined];
  return folder !== undefined && path.startsWith("src/") && !isOfTests(path) && !(NOT_RUN[folder] ?? []).includes(area ?? "");
}

/** Tests, and what only they use. */
function isOfTests(path: string): boolean {
  return /\.test\.ts$|\.suite\.ts$|\/testing\//.test(path);
}

/** Whether the test is of the folder of a file that no source imports, or is named for it. */
function isBeside(test: string, path: string, graph: ImportGraph): boolean {
  if (BESIDE_IMPORTS.some(([start, tests]) => path.startsWith(start) && tests.some((each) => test.startsWith(each)))) return true;
  const [folder] = /^(?:src|test)\/[^/]+\//.exec(path) ?? [];
  return folder !== undefined && test.startsWith(folder) && !path.endsWith(".ts") && graph.loadersOf([path]).size === 1;
}
