import { rmSync } from "node:fs";
import { join } from "node:path";
import { CACHE, installOnce, runInstaller, type Tool } from "./tools.ts";

/** Programs of PyPI: the packages with their versions, the first of which has the name of the program. */
const PYTHON_TOOLS = {
  st: ["schemathesis==4.32.5", "hypothesis==6.170.15"],
  "openapi-spec-validator": ["openapi-spec-validator==0.9.0"],
} as const;

export type PythonName = keyof typeof PYTHON_TOOLS;

export const PYTHON_NAMES: readonly PythonName[] = ["st", "openapi-spec-validator"];

/** Finds a Python program in the version that the tests are written for, and installs it into an environment of its own where it is missing. */
export async function findPythonTool(name: PythonName): Promise<Tool> {
  const packages = PYTHON_TOOLS[name];
  const folder = join(CACHE, packages[0].replace("==", "-"));
  const path = join(folder, "bin", name);
  const ready = join(folder, "ready");
  const command = `python3 -m venv ${folder} && ${folder}/bin/pip install ${packages.join(" ")} && touch ${ready}`;
  const problem = await installOnce(
    name,
    () => Bun.file(ready).exists(),
    async () => {
      const python = Bun.which("python3");
      if (python === null) return "there is no Python here";
      // An environment knows its own path, hence no other folder that would be renamed: the mark says that it is whole.
      rmSync(folder, { recursive: true, force: true });
      const failed =
        (await runInstaller([python, "-m", "venv", folder], {})) ??
        (await runInstaller([join(folder, "bin", "pip"), "install", "--quiet", "--disable-pip-version-check", ...packages], {}));
      if (failed === undefined) await Bun.write(ready, "");
      return failed;
    },
  );
  return { name, command, problem: problem ?? "", path: problem === undefined ? path : undefined };
}
