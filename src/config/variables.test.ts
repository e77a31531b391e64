import { expect, test } from "bun:test";
import { join } from "node:path";
import { Glob } from "bun";
import { readEnvironment } from "./environment.ts";
import { SETTINGS } from "./settings.ts";
import { VARIABLES } from "./variables.ts";

const SOURCE = join(import.meta.dir, "..");

/** A variable that is read by its name, and a name that stands in a text of its own. */
const READ = /\b(?:env|environment)(?:\?\.|\.)([A-Za-z_][A-Za-z0-9_]*)\b|\bvariable\(env, "([A-Z_]+)"\)|"((?:OPM|CUE|DOCKER|HELM|XDG|SSL)_[A-Z_]+)"/g;

async function readNames(): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for await (const path of new Glob("**/*.ts").scan(SOURCE)) {
    if (path.endsWith(".test.ts") || path.includes("testing/") || path === "config/variables.ts") continue;
    for (const [, property, lookedUp, written] of (await Bun.file(join(SOURCE, path)).text()).matchAll(READ)) {
      const name = property ?? lookedUp ?? written ?? "";
      // a property in small letters is one of something else that is called env
      if (!/^[a-z]+$/.test(name)) names.set(name, path);
    }
  }
  return names;
}

test("every variable that is read anywhere is in the table", async () => {
  const settings = new Set(SETTINGS.map(({ variable }) => variable));
  const names = await readNames();
  const missing = [...names].filter(([name]) => !VARIABLES.has(name.toUpperCase()) && !settings.has(name));
  expect(missing).toEqual([]);
  for (const name of ["OPM_REGISTRY", "OPM_MODULE_REGISTRY", "HTTPS_PROXY", "CUE_CACHE_DIR", "NO_COLOR"]) expect(names.has(name)).toBe(true);
});

test("every variable of the table is read", async () => {
  const read = new Set([...(await readNames()).keys()].map((name) => name.toUpperCase()));
  // the system's own calls, and AWS' own library
  const elsewhere = ["TMPDIR", "NODE_EXTRA_CA_CERTS", "AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE"];
  expect([...VARIABLES.keys()].filter((name) => !read.has(name) && !elsewhere.includes(name))).toEqual([]);
});

test("no variable of the table is taken for a mistyped setting, and one that is nearly of it is", () => {
  expect(readEnvironment(Object.fromEntries([...VARIABLES.keys()].map((name) => [name, "x"]))).warnings).toEqual([]);
  expect(readEnvironment({ OPM_REGISTRI: "x" }).warnings).toEqual(["OPM_REGISTRI is no setting and is ignored; did you mean OPM_REGISTRY?"]);
});
