import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "../../yaml/config-error.ts";
import { nameOf } from "./layers.ts";
import { loadRouting } from "./load.ts";
import { locate, routeOf } from "./locate.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "opm-routing-"));
  mkdirSync(join(home, ".opm"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

interface Given {
  readonly flag?: string;
  readonly own?: string;
  readonly config?: string;
  readonly cue?: string;
}

function load({ flag, own, config, cue }: Given) {
  if (config !== undefined) writeFileSync(join(home, ".opm", "config.yaml"), `registries: ${config}\n`);
  return loadRouting({ flags: { registry: flag }, env: { OPM_MODULE_REGISTRY: own, CUE_REGISTRY: cue }, home });
}

test.each([
  [{}, "registry.cue.works"],
  [{ cue: "" }, "registry.cue.works"],
  [{ cue: "lib.test=c.test" }, "lib.test=c.test,registry.cue.works"],
  [{ cue: "lib.test=c.test,d.test" }, "lib.test=c.test,d.test"],
  [{ cue: "simple:d.test" }, "d.test"],
  [{ config: "{lib.test: f.test}", cue: "c.test" }, "lib.test=f.test,c.test"],
  [{ config: "{lib.test: f.test}", cue: "lib.test=c.test,other.test=o.test" }, "other.test=o.test,lib.test=f.test,registry.cue.works"],
  // what names lib.test answers for everything below it
  [{ config: "{lib.test: f.test}", cue: "lib.test/base=c.test" }, "lib.test=f.test,registry.cue.works"],
  [{ config: "{lib.test/base: f.test}", cue: "lib.test=c.test" }, "lib.test/base=f.test,lib.test=c.test,registry.cue.works"],
  [{ config: "{lib.test: f.test, '*': g.test}", cue: "other.test=c.test" }, "lib.test=f.test,g.test"],
  [{ own: "o.test", config: "{lib.test: f.test}", cue: "c.test" }, "o.test"],
  [{ own: "lib.test=o.test", config: "{lib.test: f.test, x.test: x.test/y}", cue: "c.test" }, "lib.test=o.test,x.test=x.test/y,c.test"],
  [{ flag: "lib.test=g.test", own: "o.test" }, "lib.test=g.test,o.test"],
  [{ flag: "g.test", own: "o.test", config: "{lib.test: f.test}" }, "g.test"],
  [{ flag: "none", own: "o.test" }, "none"],
] as const)("%p is %s", async (given, registry) => {
  expect((await load(given)).registry).toBe(registry);
});

test("says where each route comes from, and what goes first", async () => {
  const routing = await load({ own: "lib.test=o.test", config: "{lib.test: f.test, x.test: f.test}", cue: "c.test" });
  expect(routing.routes.map((route) => `${nameOf(route)} ${route.host} ${route.origin}`)).toEqual([
    "lib.test o.test OPM_MODULE_REGISTRY",
    "x.test f.test ~/.opm/config.yaml:1:32",
    "* c.test CUE_REGISTRY",
  ]);
  expect(routing.shadowed.map(({ route, by }) => `${route.origin} ${by.origin}`)).toEqual(["~/.opm/config.yaml:1:14 OPM_MODULE_REGISTRY"]);
  expect(routeOf(routing, "lib.test/base@v1")?.origin).toBe("OPM_MODULE_REGISTRY");
});

test("clashes of TLS are found between sources, but not with what does not count", async () => {
  const error: unknown = await load({ own: "a.test=r.test", cue: "b.test=r.test+insecure" }).catch((reason: unknown) => reason);
  if (!(error instanceof ConfigError)) throw new Error("expected a ConfigError");
  expect(error.message).toBe(
    "CUE_REGISTRY: the registry r.test is with TLS for a.test (OPM_MODULE_REGISTRY) and without for b.test (CUE_REGISTRY): say the same for both",
  );
  expect((await load({ own: "r.test", cue: "b.test=r.test+insecure" })).registry).toBe("r.test");
});

test("the address that a server prints is taken, but for CUE's own variable", async () => {
  expect((await load({ flag: "http://r.test:5000/" })).registry).toBe("r.test:5000+insecure");
  expect((await load({ own: "lib.test=https://r.test/x,http://127.0.0.1:5000" })).registry).toBe(
    (await load({ own: "lib.test=r.test/x,127.0.0.1:5000+insecure" })).registry,
  );
});

test.each([
  [{ cue: "http://r.test:5000/" }, "CUE_REGISTRY: a registry is written without a scheme: 'r.test:5000+insecure', not http://…"],
  [{ own: "lib.test=ftp://r.test" }, "OPM_MODULE_REGISTRY: lib.test: a registry is written without a scheme: 'r.test', not ftp://…"],
  [{ flag: "https://user:secret@r.test" }, "--registry: a registry is written without a scheme: 'r.test', not https://…"],
  [{ cue: "a.test," }, "CUE_REGISTRY: there is nothing between two commas, or at one end"],
  [{ cue: "=a.test" }, "CUE_REGISTRY: a module prefix is missing before '=a.test'"],
  [{ cue: "lib.test=" }, "CUE_REGISTRY: there is no registry after 'lib.test='"],
  [{ cue: "a.test,b.test" }, "CUE_REGISTRY: it names two registries for all other modules"],
  [{ cue: "lib.test=a.test,lib.test=b.test" }, "CUE_REGISTRY: it names lib.test twice"],
  [{ cue: "file:/nowhere/at/all" }, "CUE_REGISTRY: cannot read '/nowhere/at/all'"],
  [{ flag: "a.test,", config: "1", cue: "+" }, "--registry: there is nothing"],
] as const)("%p is refused", async (given, message) => {
  const error: unknown = await load(given).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConfigError);
  expect(String(error)).toStartWith(`ConfigError: ${message}`);
});

test("all that is wrong is said at once", async () => {
  const error: unknown = await load({ flag: "a.test,", config: "1", cue: "+" }).catch((reason: unknown) => reason);
  expect(error instanceof ConfigError ? error.problems.map(({ where }) => where) : error).toEqual(["--registry", "~/.opm/config.yaml:1:13", "CUE_REGISTRY"]);
});

test("locate knows all ways to name a module", async () => {
  const route = { prefix: "lib.test", host: "r.test", repository: "m", insecure: false, origin: "x" };
  const at = (more: object, version?: string) => {
    const location = locate({ routes: [{ ...route, ...more }] }, "lib.test/base@v1", version);
    return `${location?.repository}:${location?.tag}`;
  };
  const hash = 64;
  expect(at({})).toBe("m/lib.test/base:undefined");
  expect(at({}, "v1.0.0")).toBe("m/lib.test/base:v1.0.0");
  expect(at({ stripPrefix: true, prefixForTags: "x-" }, "v1.0.0")).toBe("m/base:x-v1.0.0");
  expect(at({ pathEncoding: "hashAsRepo" }, "v1.0.0")).toMatch(new RegExp(`^m/[0-9a-f]{${hash}}:v1.0.0$`));
  expect(at({ pathEncoding: "hashAsTag", prefixForTags: "x-" }, "v1.0.0")).toMatch(new RegExp(`^m:x-[0-9a-f]{${hash}}-v1.0.0$`));
});

const loadEnv = (env: Readonly<Record<string, string | undefined>>, flag?: string) => loadRouting({ flags: { registry: flag }, env, home });

test.each(["lib.test=r.test", "r.test/folder", "inline:{}", "r.test+insecure", "none,a.test=b.test"])(
  "OPM_REGISTRY is for packages: %p, which can only be meant for modules, is refused",
  async (value) => {
    const error = await loadEnv({ OPM_REGISTRY: value, CUE_REGISTRY: "c.test" }).catch((cause: unknown) => cause);
    expect(error instanceof ConfigError && error.message).toContain(`set OPM_MODULE_REGISTRY='${value}'`);
    expect((await loadEnv({ OPM_REGISTRY: value, OPM_MODULE_REGISTRY: "m.test" })).registry).toBe("m.test");
    expect((await loadEnv({ OPM_REGISTRY: value }, "g.test")).registry).toBe("g.test");
  },
);

test("OPM_REGISTRY is for packages: a host leads no module anywhere, which is said where nothing else does", async () => {
  for (const value of ["localhost:5000", "registry.example.org", "http://127.0.0.1:5000", "[::1]:5000"]) {
    const alone = await loadEnv({ OPM_REGISTRY: value });
    expect([alone.registry, alone.warnings, alone.unclear]).toEqual([
      "registry.cue.works",
      [expect.stringContaining(`set OPM_MODULE_REGISTRY=${value}`)],
      expect.stringContaining(`OPM_REGISTRY=${value} is for commands on packages`),
    ]);
    for (const more of [{ CUE_REGISTRY: "c.test" }, { OPM_MODULE_REGISTRY: "c.test" }]) {
      const other = await loadEnv({ OPM_REGISTRY: value, ...more });
      expect([other.registry, other.warnings, other.unclear]).toEqual(["c.test", [], undefined]);
    }
  }
});
