import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { dirname } from "node:path";
import { opmCommand, opmEnvironment, runOpm, temporaryFolder } from "./run-opm.ts";

setDefaultTimeout(60_000);

async function complete(...words: string[]): Promise<string[]> {
  const { code, stdout } = await runOpm(["complete", "--", ...words]);
  expect(code).toBe(0);
  return stdout.split("\n").flatMap((line) => (line === "" ? [] : [line.split("\t")[0] ?? ""]));
}

describe("what fits at the cursor", () => {
  test("commands", async () => {
    expect(await complete("")).toEqual(
      expect.arrayContaining(["push", "pull", "serve", "config", "user", "token", "gc", "scrub", "version", "completion", "help"]),
    );
    expect(await complete("co")).toEqual(["copy", "component", "config", "completion"]);
    expect(await complete("config", "")).toContain("show");
    expect(await complete("help", "mod", "pub")).toEqual(["publish"]);
  });

  test("options", async () => {
    expect(await complete("gc", "--d")).toEqual(["--data", "--dry-run"]);
    expect(await complete("token", "create", "--user", "ann", "--sc")).toEqual(["--scope"]);
  });

  test("values", async () => {
    expect(await complete("completion", "")).toEqual(["bash", "zsh", "fish"]);
    expect(await complete("serve", "--config", "")).toEqual([":files"]);
    expect(await complete("serve", "-d", "x")).toEqual([":folders"]);
    expect(await complete("serve", "--listen", "")).toEqual([]);
    expect(await complete("push", "localhost:5000/a", "")).toEqual([":files"]);
    expect(await complete("push", "localhost:5000/a", "--type", "x/y", "first", "")).toEqual([":files"]);
    expect(await complete("pull", "--output", "")).toEqual([":folders"]);
  });

  test("nothing for what is unknown", async () => {
    expect(await complete("nonsense", "--x", "zz")).toEqual([]);
  });
});

test.each(["bash", "zsh", "fish"])("the script for %s asks the program", async (shell) => {
  const { code, stdout } = await runOpm(["completion", shell]);
  expect(code).toBe(0);
  expect(stdout).toContain("complete --");
});

test("the script for bash completes", async () => {
  const { stdout: script } = await runOpm(["completion", "bash"]);
  const folder = temporaryFolder();
  try {
    await Bun.write(`${folder.path}/opm`, `#!/bin/sh\nexec ${opmCommand().join(" ")} "$@"\n`);
    const child = Bun.spawn(["bash", "-c", `chmod +x opm; ${script}\nCOMP_WORDS=(opm config s); COMP_CWORD=2; _opm; echo "\${COMPREPLY[@]}"`], {
      cwd: folder.path,
      env: opmEnvironment({ PATH: `${folder.path}:${dirname(process.execPath)}:${process.env.PATH ?? ""}` }),
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      timeout: 50_000,
    });
    const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    expect({ stdout, stderr }).toEqual({ stdout: "show schema\n", stderr: "" });
  } finally {
    folder.remove();
  }
});
