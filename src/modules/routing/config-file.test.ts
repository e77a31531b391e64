import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { processorTime } from "../../../test/support/processor-time.ts";
import { ConfigError, formatProblem } from "../../yaml/config-error.ts";
import { readModuleConfig } from "./config-file.ts";
import { formatRoutes } from "./format.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "opm-routing-"));
  mkdirSync(join(home, ".opm"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function write(text: string | Uint8Array): void {
  writeFileSync(join(home, ".opm", "config.yaml"), text);
}

/** What is wrong with a file, a line each, without its name. */
async function problems(text: string | Uint8Array): Promise<string[]> {
  write(text);
  const error: unknown = await readModuleConfig(home).catch((reason: unknown) => reason);
  if (!(error instanceof ConfigError)) throw new Error(`expected a ConfigError, got ${JSON.stringify(error)}`);
  return error.problems.map((problem) => formatProblem(problem).replaceAll("~/.opm/config.yaml", "file"));
}

test.each([
  ['registries: {lib.test: "localhost:5000"}', "lib.test=localhost:5000"],
  ["registries: {lib.test/a: https://localhost:5000/x/, lib.test: oci://r.example.com}", "lib.test/a=localhost:5000/x+secure,lib.test=r.example.com"],
  ["registries: {lib.test: {url: 'http://r.example.com'}}", "lib.test=r.example.com+insecure"],
  ["registries: {lib.test: {url: r.example.com, insecure: true}}", "lib.test=r.example.com+insecure"],
  ["registries: {lib.test: r.example.com/x+insecure}", "lib.test=r.example.com/x+insecure"],
  ["registries: {'*': r.example.com, lib.test: none}", "r.example.com,lib.test=none"],
  ["registries: {default: r.example.com}", "r.example.com"],
  ["registries: {lib.test: docker.io/acme}", "lib.test=registry-1.docker.io/acme"],
  ["registries: {lib.test: simple:5000, '*': simple:5000}", "lib.test=simple:5000,simple:5000"],
  ["registries: {'*': simple:5000}", "simple:simple:5000"],
  [
    "registries: {lib.test: {url: r.example.com/x, pathEncoding: hashAsTag, prefixForTags: m-}}",
    'inline:{"moduleRegistries":{"lib.test":{"registry":"r.example.com/x","pathEncoding":"hashAsTag","prefixForTags":"m-"}}}',
  ],
  [
    "registries: {lib.test: {url: r.example.com/x, stripPrefix: true, pathEncoding: path}}",
    'inline:{"moduleRegistries":{"lib.test":{"registry":"r.example.com/x","stripPrefix":true}}}',
  ],
  ["", ""],
  ["registries:\n", ""],
])("%s is %s", async (text, registry) => {
  write(text);
  expect(formatRoutes((await readModuleConfig(home)).routes)).toBe(registry);
});

test("every problem at once, with its place", async () => {
  const text = `registrys: {}
registries:
  lib.test: r.example.com:tag
  lib.test: r.example.com
  Upper.test: {url: x.test, insecur: true, stripPrefix: "yes"}
  a.test: 5
  b.test: {insecure: true, pathEncoding: tag}
  c.test: same.test
  d.test: http://same.test
`;
  expect(await problems(text)).toEqual([
    "file:1:1: registrys: unknown key; did you mean registries?",
    "file:4:3: duplicate key lib.test",
    "file:5:3: registries.Upper.test: this is no prefix of module paths: upper-case letters such as U are not allowed",
    "file:5:29: registries.Upper.test.insecur: unknown key; did you mean insecure?",
    "file:5:57: registries.Upper.test.stripPrefix: expected true or false",
    "file:6:11: registries.a.test: expected a registry such as registry.example.com/modules, or a map with url",
    "file:7:11: registries.b.test: url is required",
    "file:7:42: registries.b.test.pathEncoding: expected path, hashAsRepo or hashAsTag",
    "file:9:3: the registry same.test is with TLS for c.test (file:8:3) and without for d.test (file:9:3): say the same for both",
  ]);
});

test.each([
  ["registries:\n\tlib.test: x", /^file:2:1: /],
  ["registries: [a", /^file:\d+:\d+: /],
  ["- a", /^file:1:1: expected a map with the key registries$/],
  ["registries: [a.test]", /^file:1:13: registries: expected a map of module prefixes/],
  ["registries: {lib.test: 'https://u:secret@r.test/x'}", /^file:1:24: registries.lib.test: user and password have no place here/],
  ["registries: {lib.test: r.test/x?y=1}", /what follows \? or #/],
  ["registries: {lib.test: r.test/x:1}", /it has a tag/],
  ["registries: {lib.test: r.test/x@sha256:1}", /it has a digest/],
  ["registries: {lib.test: ftp://r.test}", /the scheme 'ftp' is unknown/],
  ["registries: {lib.test: localhost}", /'localhost' is no host/],
  ["registries: {lib.test: {url: 'http://r.test', insecure: false}}", /do not say the same about TLS/],
  ["registries: {lib.test: {url: r.test, stripPrefix: true}}", /stripPrefix takes a folder in the registry, such as r.test\/modules/],
  ["registries: {lib.test: {url: r.test/x, stripPrefix: true, pathEncoding: hashAsTag}}", /goes with the pathEncoding path only/],
  ["registries: {lib.test: {url: r.test/x, prefixForTags: a b}}", /expected what a tag may start with/],
  ["registries: {lib.test@v1: r.test}", /it has a version/],
  ["registries: {'*': r.test, default: r.test}", /these modules have a registry at file:1:14 already/],
  ["registries: {lib.test: ''}", /expected a registry such as/],
  [new Uint8Array([0xff, 0xfe, 0x00]), /not UTF-8/],
  [`registries: {a.test: x${" ".repeat(1 << 20)}}`, /larger than 1 MiB/],
  [
    `a: &a [x, x]\n${Array.from({ length: 9 }, (_, i) => `${"bcdefghij"[i]}: &${"bcdefghij"[i]} [${`*${"abcdefghij"[i]}, `.repeat(9)}]`).join("\n")}`,
    /aliases repeat too much/,
  ],
  ["[".repeat(100_000), /^file/],
])("refuses %s", async (text, message) => {
  const said = await problems(text);
  expect(said[0]).toMatch(message);
  expect(said.join("")).not.toContain("secret");
});

test("keys without number are refused at little cost", async () => {
  const text = `registries:\n${Array.from({ length: 5_000 }, (_, i) => `  m${i}.test: r.test\n`).join("")}`;
  let said: unknown;
  const took = await processorTime(async () => {
    said = await problems(text);
  });
  expect(said).toEqual(["file:2:3: registries: more than 1000 module prefixes; this is no configuration file"]);
  expect(took).toBeLessThan(10_000);
});

test("a host as the prefix of modules is warned about, unless it may be meant", async () => {
  write("registries: {registry.cue.works: registry.cue.works, a.test: a.test/modules, b.test: b.test, c.test: {url: c.test/x, stripPrefix: true}}");
  const { warnings } = await readModuleConfig(home);
  expect(warnings.map((text) => text.split(" ", 2).join(" "))).toEqual([
    "~/.opm/config.yaml:1:14: registries.registry.cue.works",
    "~/.opm/config.yaml:1:54: registries.a.test",
  ]);
});

test("no file and no home say nothing", async () => {
  expect(await readModuleConfig(home)).toEqual({ routes: [], warnings: [], found: false });
  expect(await readModuleConfig(undefined)).toEqual({ routes: [], warnings: [], found: false });
});

test("what is no file is refused, and not waited for", async () => {
  const path = join(home, ".opm", "config.yaml");
  for (const make of [["mkdir"], ["mkfifo"]]) {
    expect(Bun.spawnSync([...make, path]).exitCode).toBe(0);
    const error: unknown = await readModuleConfig(home).catch((reason: unknown) => reason);
    expect(error instanceof ConfigError ? error.message : error).toBe("~/.opm/config.yaml: this is no file");
    rmSync(path, { recursive: true });
  }
});
