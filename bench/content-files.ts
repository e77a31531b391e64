import { join } from "node:path";
import type { PathSet, Resource } from "./content.ts";

/** What generators read: the paths of each set a line, and the same with digests behind them. */
export interface ContentFiles {
  paths(set: PathSet): string;
  expected(set: PathSet): string;
}

/** Writes the files of all sets into a folder. */
export async function writeContentFiles(folder: string, sets: Readonly<Record<PathSet, readonly Resource[]>>): Promise<ContentFiles> {
  for (const [set, resources] of Object.entries(sets)) {
    await Bun.write(join(folder, `${set}.paths`), resources.map(({ path }) => `${path}\n`).join(""));
    await Bun.write(join(folder, `${set}.expected`), resources.map(({ path, digest }) => `${path} ${digest ?? ""}\n`).join(""));
  }
  return { paths: (set) => join(folder, `${set}.paths`), expected: (set) => join(folder, `${set}.expected`) };
}
