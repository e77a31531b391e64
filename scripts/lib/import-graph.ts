import type { Source } from "./sources.ts";

/** What files of the project load, one after the other. */
export interface ImportGraph {
  /** The file, and all that it loads. */
  loadedBy(path: string): ReadonlySet<string>;
  /** These files, and all that load one of them. */
  loadersOf(paths: Iterable<string>): ReadonlySet<string>;
}

/** Follows all imports, those of types too. */
export function importGraph(sources: readonly Source[]): ImportGraph {
  const imports = new Map(sources.map((source) => [source.path, source.imports]));
  const importers = new Map<string, string[]>();
  for (const { path, imports: targets } of sources) for (const target of targets) importers.set(target, [...(importers.get(target) ?? []), path]);
  return {
    loadedBy: (path) => closure([path], imports),
    loadersOf: (paths) => closure(paths, importers),
  };
}

function closure(starts: Iterable<string>, next: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  // a set goes on over what is added to it on the way
  const found = new Set(starts);
  for (const path of found) for (const other of next.get(path) ?? []) found.add(other);
  return found;
}
