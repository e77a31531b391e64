import { expect, test } from "bun:test";
import manifest from "../../package.json" with { type: "json" };
import { COMMANDS as ROWS } from "../../src/cli/commands.ts";
import { opmCommand, opmEnvironment, runOpm } from "./run-opm.ts";

/** What is typed first. */
const COMMANDS = ROWS.filter(({ path, hidden = false }) => !hidden && !path.includes(" ")).map(({ path }) => path);

test("help names every command, within 80 columns", async () => {
  const { code, stdout, stderr } = await runOpm(["--help"]);
  expect([code, stderr]).toEqual([0, ""]);
  for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, "m"));
  expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
});

test.each(COMMANDS)("%s has help", async (command) => {
  const { code, stdout } = await runOpm([command, "--help"]);
  expect(code).toBe(0);
  expect(stdout).toStartWith(`Usage: opm ${command}`);
  expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
});

test("version", async () => {
  const { stdout } = await runOpm(["version", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ version: manifest.version, bun: Bun.version });
  expect((await runOpm(["--version"])).stdout).toBe(`opm ${manifest.version}\n`);
  expect((await runOpm(["version"])).stdout).toStartWith(`opm ${manifest.version} (`);
});

test.each([
  [["sreve"], "opm: unknown command 'sreve' (did you mean serve?)\n"],
  [["config", "chek"], "opm: unknown command 'chek' (did you mean check?)\n"],
  [["serve", "--lisen", "x"], "opm: unknown option '--lisen' (did you mean --listen?)\n"],
  [["serve", "--listen"], "opm: option '-l, --listen <address>' argument missing\n"],
  [["user", "add"], "opm: missing required argument 'name'\n"],
  [["token", "create"], "opm: name the account with --user\n"],
  [["gc", "now"], "opm: too many arguments for 'gc'. Expected 0 arguments but got 1.\n"],
  [["pull", "a", "--timeout", "x"], "opm: option '--timeout <duration>' argument 'x' is invalid. Expected a duration such as 30s or 2m.\n"],
  [["copy", "a", "b", "--concurrency", "0"], "opm: option '--concurrency <number>' argument '0' is invalid. Expected a number from 1 to 64.\n"],
  [["push", "localhost:5000/a", "x"], "opm: required option '-t, --type <type>' not specified\n"],
  [["push", "--typ", "x", "localhost:5000/a", "x"], "opm: unknown option '--typ' (did you mean --type?)\n"],
  [["component", "sign", "./a//b:1", "--nam=x"], "opm: unknown option '--nam=x' (did you mean --name?)\n"],
  [["uses", "sha256:2951a7522cfb"], "opm: invalid digest 'sha256:2951a7522cfb': expected sha256:<64 hex> or sha512:<128 hex>\n"],
  [["completion", "tcsh"], "opm: command-argument value 'tcsh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish.\n"],
])("%j is refused in one line", async (args, message) => {
  expect(await runOpm(args)).toEqual({ code: 2, stdout: "", stderr: message });
});

test.each([[[]], [["user"]], [["config"]]])("%j prints help as an error", async (args) => {
  const { code, stdout, stderr } = await runOpm(args);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toStartWith("Usage: opm");
});

test("a stack is printed only on demand", async () => {
  const plain = await runOpm(["config", "check", "--config", "/nowhere/opm.yaml"]);
  expect(plain).toEqual({ code: 5, stdout: "", stderr: "opm: /nowhere/opm.yaml: no such file or directory\n" });
  const debug = await runOpm(["config", "check", "--config", "/nowhere/opm.yaml"], { environment: { OPM_DEBUG: "1" } });
  expect(debug.stderr).toContain(plain.stderr);
  expect(debug.stderr.split("\n").length).toBeGreaterThan(2);
});

test("a reader of standard error that stops changes nothing of what a command does, nor of its exit code", async () => {
  const command = opmCommand().map((part) => `'${part}'`);
  const script = `${command.join(" ")} config check --config /nowhere/opm.yaml 2> >(exec true); echo $?`;
  for (let round = 0; round < 3; round++) {
    const child = Bun.spawn(["bash", "-c", script], { env: opmEnvironment(), stdin: "ignore", stdout: "pipe", stderr: "pipe", timeout: 50_000 });
    expect(await child.stdout.text()).toBe("5\n");
  }
});

test("a reader that stops reading is no error", async () => {
  const command = opmCommand().map((part) => `'${part}'`);
  const script = `set -o pipefail; for i in 1 2 3; do ${command.join(" ")} config schema | true; done`;
  const child = Bun.spawn(["bash", "-c", script], { env: opmEnvironment(), stdin: "ignore", stdout: "pipe", stderr: "pipe", timeout: 50_000 });
  const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: "" });
});
