import { expect, test } from "bun:test";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { INTERNALDB_DEP, usePublished } from "./published.ts";

const modules = usePublished();

const TEXT = 'package app\n\nimport "registry.test/internaldb@v0"\n\ninternaldb\n';
const extracted = () => join(modules.environment.CUE_CACHE_DIR ?? "", "mod", "extract", "registry.test", "internaldb@v0.1.0", "main.cue");

/** Changes a file of the cache, which is read-only. */
function damage(): void {
  const text = readFileSync(extracted(), "utf8");
  chmodSync(extracted(), 0o644);
  writeFileSync(extracted(), text.replace("runAsNonRoot: true", "runAsNonRoot: false"));
}

test("a file of the cache that somebody edited is never built", async () => {
  const directory = modules.module("registry.test/app@v0", INTERNALDB_DEP, TEXT);
  const before = await modules.opm(["mod", "build"], { directory });
  expect(before.code).toBe(0);
  damage();
  modules.disconnect();
  try {
    for (const verb of ["build", "vet"]) {
      const { code, stdout, stderr } = await modules.opm(["mod", verb], { directory });
      expect([code, stdout, stderr]).toEqual([2, "", expect.stringContaining("registry.test/internaldb@v0")]);
    }
  } finally {
    modules.connect();
  }
  await modules.opm(["mod", "build"], { directory });
  const after = await modules.opm(["mod", "build"], { directory });
  expect(after.stdout).not.toContain("runAsNonRoot: false");
});
