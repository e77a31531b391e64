import type { Source } from "./sources.ts";

/** An import that takes effect when its file is loaded: no types alone, and none that waits for a call. */
const STATEMENT = /^(?:import|export)\s+(type\s+)?(?:([^"';]*?)\bfrom\s*)?"(\.[^"]+)"/gm;

/** Files that load each other, as `a -> b -> a`: one of them would run before what it needs. One line for each circle that a walk comes upon. */
export function importCircles(sources: readonly Source[]): string[] {
  const loads = new Map(sources.map((source) => [source.path, loadedBy(source)]));
  const done = new Set<string>();
  const circles: string[] = [];
  const walk = (path: string, above: readonly string[]): void => {
    const at = above.indexOf(path);
    if (at >= 0) circles.push([...above.slice(at), path].join(" -> "));
    if (at >= 0 || done.has(path)) return;
    for (const next of loads.get(path) ?? []) walk(next, [...above, path]);
    done.add(path);
  };
  for (const path of loads.keys()) walk(path, []);
  return circles;
}

function loadedBy({ text, resolve }: Source): string[] {
  const loaded = [...text.matchAll(STATEMENT)].filter(([, type, names = ""]) => type === undefined && !areTypes(names));
  return loaded.map(([, , , specifier = ""]) => resolve(specifier));
}

/** True for `{ type A, type B }`. */
function areTypes(names: string): boolean {
  const [, list] = /^\{([^}]*)\}\s*$/.exec(names) ?? [];
  const parts = list?.split(",").map((part) => part.trim());
  return parts?.every((part) => part === "" || part.startsWith("type ")) ?? false;
}
