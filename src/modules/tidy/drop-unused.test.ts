import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rememberProject } from "../cache/known-projects.ts";
import { type Helper, ModuleError } from "../helper/helper.ts";
import type { ModuleVersion } from "../helper/protocol.ts";
import type { ModuleSession } from "../module-session.ts";
import { dropUnused } from "./drop-unused.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "opm-drop-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const of = (name: string): ModuleVersion => ({ path: `m.test/${name}@v0`, version: "v0.1.0" });
const LEFT = [of("a"), of("b"), of("c"), of("d")];

async function project(name: string): Promise<string> {
  const root = join(folder, name);
  mkdirSync(join(root, "cue.mod"), { recursive: true });
  writeFileSync(join(root, "cue.mod", "module.cue"), "");
  rememberProject(folder, root);
  return root;
}

/** A session whose other projects need `b`, and whose cache lacks `d`. */
function sessionOf(removed: ModuleVersion[], fails?: Error): ModuleSession {
  const call = async (method: string, { root = "", modules = [] }: { root?: string; modules?: ModuleVersion[] }) => {
    if (method === "moduleFile") return { file: { dependencies: root.endsWith("other") ? [of("b")] : [...LEFT] } };
    if (method === "graph") throw new ModuleError("not-found", "offline");
    if (method === "verify")
      return { modules: modules.map((one) => ({ ...one, bytes: 1, state: one.path === of("d").path ? "missing" : "cached", problems: [] })) };
    if (fails !== undefined) throw fails;
    removed.push(...modules);
    return { bytes: 5 };
  };
  const helper = { call } as unknown as Helper;
  return { helper, cachedOnly: () => ({ helper }) } as unknown as ModuleSession;
}

test("what other projects need stays, and what this one still does", async () => {
  const [root] = [await project("this"), await project("other")];
  const removed: ModuleVersion[] = [];
  const dropped = await dropUnused(sessionOf(removed), LEFT, { root, kept: [of("a")], home: folder });
  expect([dropped, removed]).toEqual([{ modules: [of("c")], bytes: 5 }, [of("c"), of("d")]]);
});

test("a cache that cannot be changed is told", async () => {
  const root = await project("this");
  const failure = new ModuleError("permission", "read-only");
  expect(await dropUnused(sessionOf([], failure), LEFT, { root, kept: [], home: folder })).toEqual({ modules: [], bytes: 0, problem: "read-only" });
});

test("without a home nobody knows who needs what, so that all stays", async () => {
  const removed: ModuleVersion[] = [];
  expect(await dropUnused(sessionOf(removed), LEFT, { root: await project("this"), kept: [], home: undefined })).toEqual({ modules: [], bytes: 0 });
  expect(removed).toEqual([]);
});
