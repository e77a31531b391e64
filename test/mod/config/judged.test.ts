import { afterAll, describe, expect } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { createModuleSession } from "../../../src/modules/create-module-session.ts";
import { loadRouting } from "../../../src/modules/routing/load.ts";
import { locate } from "../../../src/modules/routing/locate.ts";
import type { ModuleRouting } from "../../../src/modules/routing/routing.ts";
import { findTool, testWith } from "../../support/tools.ts";

const tool = await findTool("cue");
const test = testWith(tool);
const home = mkdtempSync(join(tmpdir(), "opm-routing-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const MODULES = ["a.test", "a.test/b", "a.test/b/c/d", "a.test/bc", "b.test/x", "c-d.test/y.z/w", "z.test/m"] as const;
const PREFIXES = ["a.test", "a.test/b", "a.test/b/c", "b.test", "b.test/x", "c-d.test/y.z", "a.test/b/c/d"];
const HOSTS = ["r.test", "s.test:5000", "127.0.0.1:5000", "localhost:5001", "[::1]:5002", "127.0.0.2:80", "simple:5000", "file:80"];

const registry = fc.oneof(
  { weight: 1, arbitrary: fc.constant("none") },
  {
    weight: 9,
    arbitrary: fc
      .tuple(fc.constantFrom(...HOSTS), fc.constantFrom("", "/m", "/m/n-o"), fc.constantFrom("", "", "", "+secure", "+insecure"))
      .map((parts) => parts.join("")),
  },
);
const entry = fc.record(
  {
    registry,
    pathEncoding: fc.constantFrom("path", "path", "hashAsRepo", "hashAsTag"),
    prefixForTags: fc.constantFrom("x-", "v"),
    stripPrefix: fc.boolean(),
  },
  { requiredKeys: ["registry"] },
);
const prefixed = <T>(value: fc.Arbitrary<T>) => fc.uniqueArray(fc.tuple(fc.constantFrom(...PREFIXES), value), { selector: ([prefix]) => prefix, maxLength: 4 });
const simple = fc
  .tuple(prefixed(registry), fc.option(registry, { nil: undefined }))
  .map(([entries, rest]) => [...entries.map((pair) => pair.join("=")), ...(rest === undefined ? [] : [rest])].join(","));
const inline = fc
  .tuple(prefixed(entry), fc.option(entry, { nil: undefined }))
  .map(([entries, rest]) => `inline:${JSON.stringify({ moduleRegistries: Object.fromEntries(entries), ...(rest && { defaultRegistry: rest }) })}`);

/** What `cue mod resolve` prints, a line for each module; undefined where it refuses. */
async function judge(value: string, modules: readonly string[]): Promise<string[] | undefined> {
  const child = Bun.spawn([tool.path ?? "cue", "mod", "resolve", ...modules.map((path) => `${path}@v0.1.0`)], {
    cwd: home,
    env: { PATH: process.env.PATH ?? "", HOME: home, CUE_REGISTRY: value },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "ignore",
    timeout: 50_000,
  });
  const [stdout, code] = await Promise.all([child.stdout.text(), child.exited]);
  return code === 0 ? stdout.trim().split("\n") : undefined;
}

function ours(routing: ModuleRouting, modules: readonly string[]): string[] {
  return modules.map((path) => {
    const location = locate(routing, path, "v0.1.0");
    return `${location?.host}/${location?.repository}:${location?.tag}`;
  });
}

/** Compares all modules that a routing has, and one that it has not. */
async function compare(value: string, routing: ModuleRouting): Promise<void> {
  const found = MODULES.filter((path) => locate(routing, path) !== undefined);
  if (found.length > 0) expect(await judge(value, found)).toEqual(ours(routing, found));
  const missing = MODULES.find((path) => locate(routing, path) === undefined);
  if (missing !== undefined) expect(await judge(value, [missing])).toBeUndefined();
}

const load = (env: Record<string, string>, folder?: string) => loadRouting({ flags: {}, env, home: folder }).catch(() => undefined);

describe("as cue does", () => {
  test("values of CUE_REGISTRY lead where cue goes, and so does what opm makes of them", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(simple, inline), async (value) => {
        const routing = await load({ ...process.env, CUE_REGISTRY: value });
        if (routing === undefined) expect(await judge(value, [MODULES[0]])).toBeUndefined();
        else {
          await compare(value, routing);
          await compare(routing.registry, routing);
        }
      }),
      { numRuns: 40, seed: 7 },
    );
  }, 120_000);

  test("several sources together are one value that leads there, for cue and for the helper", async () => {
    const folder = join(home, "several");
    await Bun.write(join(folder, ".opm", "config.yaml"), "");
    await fc.assert(
      fc.asyncProperty(simple, prefixed(registry), simple, async (own, config, cue) => {
        writeFileSync(join(folder, ".opm", "config.yaml"), JSON.stringify({ registries: Object.fromEntries(config) }));
        const routing = await load({ OPM_MODULE_REGISTRY: own, CUE_REGISTRY: cue }, folder);
        // hosts that are with TLS and without
        fc.pre(routing !== undefined);
        await compare(routing.registry, routing);
      }),
      { numRuns: 20, seed: 7 },
    );
  }, 120_000);

  test("the helper resolves as locate does", async () => {
    const session = createModuleSession({
      env: { ...process.env, CUE_CACHE_DIR: join(home, "cache"), HOME: home },
      routing: await loadRouting({ flags: {}, env: {} }),
    });
    try {
      await fc.assert(
        fc.asyncProperty(fc.oneof(simple, inline), async (value) => {
          const routing = await load({ ...process.env, CUE_REGISTRY: value });
          fc.pre(routing !== undefined);
          const modules = MODULES.filter((path) => locate(routing, path) !== undefined).map((path) => ({ path, version: "v0.1.0" }));
          const { locations } = await (await session.withRouting(routing)).helper.call("resolve", { modules });
          expect(locations).toEqual(modules.map(({ path, version }) => locate(routing, path, version)).filter((location) => location !== undefined));
        }),
        { numRuns: 30, seed: 7 },
      );
    } finally {
      await session.close();
    }
  }, 120_000);

  for (const value of ["simple:", "inline:", "inline", "simple:simple:5000", "simple:r.test"]) {
    test(`both take ${value}`, async () => {
      const routing = await loadRouting({ flags: {}, env: { ...process.env, CUE_REGISTRY: value } });
      await compare(value, routing);
      await compare(routing.registry, routing);
    });
  }

  for (const value of [
    ",",
    "r.test,",
    "a.test=",
    "=r.test",
    "r.test,s.test",
    "a.test=r.test,a.test=s.test",
    "http://r.test",
    "https://r.test:5000/x",
    "r.test+bogus",
    "r.test/y:tag",
    "r.test/y@sha256:1",
    "r.test/",
    "/r.test",
    "r.test/UP",
    "Foo.test=r.test",
    "a_b.test=r.test",
    "con.test=r.test",
    "a.test/=r.test",
    "a.test@v1=r.test",
    "a.test/-b=r.test",
    "a=r.test",
    "localhost",
    "r..test",
    "none/x",
    "none+insecure",
    "r.test:port",
    "[::1",
    "r.test, s.test",
    "u:p@r.test",
    "inline:foo: 1",
    "inline:{",
    'inline:defaultRegistry: registry: "r.test+x"',
    'inline:moduleRegistries: "a": registry: "r.test"',
    'inline:defaultRegistry: {registry: "r.test", stripPrefix: true}',
    'inline:defaultRegistry: {registry: "r.test/x", stripPrefix: true, pathEncoding: "hashAsTag"}',
    'inline:defaultRegistry: {registry: "r.test", prefixForTags: "a b"}',
    "file:/nowhere/at/all",
  ]) {
    test(`both refuse ${value}`, async () => {
      expect([await load({ ...process.env, CUE_REGISTRY: value }), await judge(value, [MODULES[0]])]).toEqual([undefined, undefined]);
    });
  }
});
