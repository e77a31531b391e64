import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { opmCommand, opmEnvironment, type Ran } from "../../cli/run-opm.ts";

/** Milliseconds after which a command is ended. */
const LIMIT = 60_000;

export const FIXTURES = join(import.meta.dir, "..", "fixtures");

/** A folder of its own to run `opm component` in, with a home of its own. */
export interface ComponentSandbox {
  readonly path: string;
  /** The path of a file in it. */
  file(name: string): string;
  write(name: string, content: string | Uint8Array): string;
  run(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Ran & { readonly bytes: Buffer; readonly maxMemory: number }>;
  remove(): void;
}

/** @param inputs copies the inputs of the fixtures into it */
export function componentSandbox({ inputs = false }: { readonly inputs?: boolean } = {}): ComponentSandbox {
  const root = mkdtempSync(join(tmpdir(), "opm-component-"));
  const [path, home] = [join(root, "work"), join(root, "home")];
  for (const folder of [path, home]) mkdirSync(folder);
  if (inputs) cpSync(join(FIXTURES, "inputs"), path, { recursive: true });
  const file = (name: string) => join(path, name);
  return {
    path,
    file,
    write(name, content) {
      writeFileSync(file(name), content);
      return file(name);
    },
    async run(args, environment = {}) {
      const child = Bun.spawn([...opmCommand(), "component", ...args], {
        cwd: path,
        env: opmEnvironment({ HOME: home, DOCKER_CONFIG: home, ...environment }),
        stdin: "ignore",
        stdout: "pipe",
        stderr: "pipe",
        timeout: LIMIT,
        killSignal: "SIGKILL",
      });
      const [out, stderr, code] = await Promise.all([child.stdout.bytes(), child.stderr.text(), child.exited]);
      const bytes = Buffer.from(out);
      return { code, stdout: bytes.toString("utf8"), stderr, bytes, maxMemory: child.resourceUsage()?.maxRSS ?? 0 };
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
