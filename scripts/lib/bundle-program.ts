import { rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { ROOT } from "./root.ts";

/** A build of the program for one run of tests. */
export interface ProgramBundle {
  /** The file for Bun to run. */
  readonly main: string;
  remove(): Promise<void>;
}

/**
 * Bundles the program from src/ as it is now, for tests that start it thousands of times: reading a few files takes half of the processor time
 * that reading each module does. It lies three folders below the project's, since the module that looks for the CUE helper does, too.
 * @throws Error when it cannot be built
 */
export async function bundleProgram(): Promise<ProgramBundle> {
  const folder = join(ROOT, "dist", "tests", `${process.pid}`);
  const remove = async () => rmSync(folder, { recursive: true, force: true });
  await remove();
  await mkdir(folder, { recursive: true });
  const workers = [...new Bun.Glob("src/**/*.worker.ts").scanSync({ cwd: ROOT, absolute: true })];
  const sources = join(ROOT, "src");
  try {
    await Bun.build({ entrypoints: [join(sources, "main.ts"), ...workers], outdir: folder, root: sources, target: "bun", format: "esm", splitting: true });
    // src/worker-url.ts names them as the source does
    for (const worker of workers) {
      const script = join(folder, relative(sources, worker));
      await writeFile(script, `import "./${basename(script, ".ts")}.js";\n`);
    }
  } catch (error) {
    await remove();
    throw new Error("the program cannot be bundled for the tests", { cause: error });
  }
  return { main: join(folder, "main.js"), remove };
}
