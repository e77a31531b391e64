import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, formatProblem } from "../yaml/config-error.ts";
import { loadConfig } from "./load.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "opm-config-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** What loading says is wrong, a line each. */
async function problems(text: string | Uint8Array, environment: Record<string, string> = {}): Promise<string[]> {
  writeFileSync(join(directory, "opm.yaml"), text);
  const error: unknown = await loadConfig({ environment, flags: {}, directory }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConfigError)) throw new Error(`expected a ConfigError, got ${String(error)}`);
  return error.problems.map(formatProblem);
}

test("every problem at once, with its place", async () => {
  const text = `listen: 3
dta: x
access:
  grants:
    - subjects: [x]
      repositories: "**"
      actions: [z, push]
    - subjects: [anonymous]
limits:
  manifestSize: 1x
  uploads: "3"
  bar: 1
`;
  expect((await problems(text)).sort()).toEqual(
    [
      "opm.yaml:1:9: listen: expected string, received number",
      "opm.yaml:2:1: dta: unknown key; did you mean data?",
      "opm.yaml:5:18: access.grants[0].subjects[0]: expected anonymous, authenticated, user:<name> or group:<name>",
      "opm.yaml:7:17: access.grants[0].actions[0]: expected pull, push, delete or admin",
      "opm.yaml:8:7: access.grants[1].repositories: is required",
      "opm.yaml:8:7: access.grants[1].actions: is required",
      "opm.yaml:10:17: limits.manifestSize: expected a size such as 4MiB or 10GB",
      "opm.yaml:11:12: limits.uploads: expected number, received string",
      "opm.yaml:12:3: limits.bar: unknown key",
    ].sort(),
  );
});

test.each([
  ["listen: nowhere", "opm.yaml:1:9: listen: expected host:port, [ipv6]:port or :port"],
  ["listen: ':70000'", "opm.yaml:1:9: listen: expected a port from 0 to 65535"],
  ["- a list", "opm.yaml:1:1: expected object, received array"],
  ["some text", "opm.yaml:1:1: expected object, received string"],
  ["types: { deny: ['a b'] }", "opm.yaml:1:17: types.deny[0]: expected a media type, in which * stands for any characters, e.g. application/vnd.example.*"],
  [
    "types: { add: [{ type: text/x }] }",
    "opm.yaml:1:24: types.add[0].type: registration tree: expected application/, not text/, e.g. application/vnd.example.report.v1+json",
  ],
  ["tls: { key: k }", "opm.yaml:1:6: tls.certificate: is required"],
  ["__proto__: 1", "opm.yaml:1:1: __proto__: unknown key"],
  ["listen: ':1'\nlisten: ':2'", "opm.yaml:2:1: duplicate key listen"],
  ["a: *nothing", "opm.yaml: its aliases repeat too much or refer to nothing"],
  ["storage: { metadata: { driver: postgres } }", "opm.yaml:1:22: storage.metadata: the postgres driver needs url or urlFile, and no other driver takes them"],
])("%p", async (text, problem) => {
  expect(await problems(text)).toEqual([problem]);
});

test("a variable is named by its name", async () => {
  expect(await problems("", { OPM_LIMITS_UPLOADS: "many" })).toEqual(["OPM_LIMITS_UPLOADS: limits.uploads: expected number, received string"]);
  expect(await problems("", { OPM_TLS_KEY: "k" })).toEqual(["OPM_TLS_KEY: tls.certificate: is required"]);
  expect(await problems("", { OPM_ACCESS_GRANTS: "[{" })).toEqual(["OPM_ACCESS_GRANTS: access.grants: expected a list or a map, written as YAML or JSON"]);
});

test("a file made to exhaust the machine is refused", async () => {
  const lines = ["a0: &a0 [x]", ...Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}, *a${i}]`)];
  expect(await problems(lines.join("\n"))).toEqual(["opm.yaml: its aliases repeat too much or refer to nothing"]);
  expect(await problems("[".repeat(100_000))).toEqual(["opm.yaml: nested too deeply"]);
  expect(await problems("#".repeat(2 ** 20 + 1))).toEqual(["opm.yaml: larger than 1 MiB; this is no configuration file"]);
});

test("bytes that are no text are refused", async () => {
  expect(await problems(new Uint8Array([0xff, 0xfe, 0]))).toEqual(["opm.yaml: not UTF-8; this is no configuration file"]);
});

test("a message lists no more problems than a person reads", () => {
  const many = Array.from({ length: 60 }, (_, index) => ({ where: "f", path: `k${index}`, message: "unknown key" }));
  const lines = new ConfigError(many).message.split("\n");
  expect(lines).toHaveLength(51);
  expect(lines.at(-1)).toBe("and 10 problems more");
});
