import { describe, expect, test } from "bun:test";
import { programHelp } from "../../src/cli/help/program-help.ts";
import { runOpm } from "./run-opm.ts";

describe("opm help", () => {
  test.each([
    [["help"], ["--help"]],
    [
      ["help", "mod"],
      ["mod", "--help"],
    ],
    [
      ["help", "mod", "get"],
      ["mod", "get", "--help"],
    ],
    [
      ["help", "user", "add"],
      ["user", "add", "--help"],
    ],
  ])("%j is %j", async (typed, same) => {
    const [nested, own] = [await runOpm(typed), await runOpm(same)];
    expect(nested).toEqual(own);
    expect([nested.code, nested.stderr]).toEqual([0, ""]);
    expect(nested.stdout).toStartWith("Usage: opm");
  });

  test.each([
    [["help", "mod", "gett"], "opm: unknown command 'gett' (did you mean get?)\n"],
    [["help", "pull", "x"], "opm: 'opm pull' has no command 'x' below it: see 'opm help pull'\n"],
    [["help", "user", "ls"], "opm: unknown command 'ls': here it is 'opm user list'\n"],
  ])("%j is refused", async (typed, stderr) => {
    expect(await runOpm(typed)).toEqual({ code: 2, stdout: "", stderr });
  });

  test("a group says of its own help what the program says", async () => {
    expect((await runOpm(["mod", "bundle", "--help"])).stdout).toMatch(/^ {2}help +print help for a command$/m);
  });

  test("environment lists every variable, in 80 columns", async () => {
    const { code, stdout, stderr } = await runOpm(["help", "environment"]);
    expect([code, stderr]).toEqual([0, ""]);
    for (const name of ["OPM_REGISTRY", "DOCKER_CONFIG", "NO_PROXY", "NO_COLOR", "OPM_LISTEN", "OPM_STORAGE_METADATA_URL"]) {
      expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, "m"));
    }
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test.each([[["--help"]], [["-h"]], [["help"]]])("%j is the help of the whole command line", async (typed) => {
    expect(await runOpm(typed)).toEqual({ code: 0, stdout: await programHelp(), stderr: "" });
  });

  test("the first page names the topics and where the documentation is", async () => {
    const { stdout } = await runOpm(["--help"]);
    for (const words of ["opm help environment", "opm schema", "docs/guide", "docs/reference"]) expect(stdout).toContain(words);
  });
});

test.each(["login", "login --help", "login registry.example.com -u ann", "logout", "rm a:1", "install x", "verify", "show", "info", "ls"])(
  "a word of other tools: opm %s",
  async (line) => {
    const args = line.split(" ");
    const { code, stdout, stderr } = await runOpm(args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toStartWith(`opm: unknown command '${args[0]}': `);
    expect(stderr.trimEnd()).not.toContain("\n");
    expect(stderr).toMatch(/'opm [a-z]/);
    if (args[0] === "login") expect(stderr).toMatch(/docker login.*opm token create --docker-config/);
  },
);
