import type { Source } from "./sources.ts";

/** An import that its file cannot be read without, of types too; what is loaded on demand, as a table loads what it lists, is none. */
const STATEMENT = /^(?:import|export)\s+(?:[^"';]*?\bfrom\s*)?"(\.[^"]+)"/gm;

/**
 * Files that import each other, as `a -> b -> a`, be it for a type alone: two files that cannot be read apart are one, or what they
 * share is a third. One line for each circle that a walk comes upon.
 */
export function importCircles(sources: readonly Source[]): string[] {
  const imports = new Map(sources.map((source) => [source.path, importedBy(source)]));
  const done = new Set<string>();
  const circles: string[] = [];
  const walk = (path: string, above: readonly string[]): void => {
    const at = above.indexOf(path);
    if (at >= 0) circles.push([...above.slice(at), path].join(" -> "));
    if (at >= 0 || done.has(path)) return;
    for (const next of imports.get(path) ?? []) walk(next, [...above, path]);
    done.add(path);
  };
  for (const path of imports.keys()) walk(path, []);
  return circles;
}

function importedBy({ text, resolve }: Source): string[] {
  return [...text.matchAll(STATEMENT)].map(([, specifier = ""]) => resolve(specifier));
}
