import { dirname, join, normalize } from "node:path";
import { Glob } from "bun";
import { ROOT } from "./root.ts";

/** A file of TypeScript, by its path from the project's folder, and the files of the project that it names in imports, types and dynamic ones too. */
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
  /** The path from the project's folder of what the file calls `./x.ts`. */
  resolve(specifier: string): string;
}

/** Folders with TypeScript. */
const FOLDERS = "{src,test,scripts,bench}/**/*.ts";

/** `from "./x.ts"`, `import "./x.ts"` and `import("./x.ts")`. */
const IMPORT = /\b(?:from|import)\s*\(?\s*"(\.[^"]+)"/g;

/** All files of the project. */
export async function readSources(): Promise<Source[]> {
  const paths = [...new Glob(FOLDERS).scanSync(ROOT)].sort();
  return await Promise.all(paths.map(async (path) => sourceOf(path, await Bun.file(join(ROOT, path)).text())));
}

/** @param path from the project's folder */
export function sourceOf(path: string, text: string): Source {
  const resolve = (specifier: string): string => normalize(join(dirname(path), specifier));
  const imports = [...text.matchAll(IMPORT)].map(([, name = ""]) => resolve(name));
  return { path, text, imports: [...new Set(imports)], resolve };
}

/** Tests, and what only they use. */
export function isTest(path: string): boolean {
  return path.startsWith("test/") || /\.test\.ts$|\.suite\.ts$|\/testing\//.test(path);
}
