import { expect, test } from "bun:test";
import { workerUrl } from "./worker-url.ts";

test("a worker file lies below src/ in the sources", async () => {
  expect(await Bun.file(workerUrl("storage/filesystem/hash.worker.ts")).exists()).toBe(true);
});

test("a worker of a standalone executable lies below its root, whichever module asks", () => {
  for (const module of ["file:///$bunfs/root/opm", "file:///$bunfs/root/storage/filesystem/commit.worker.js"]) {
    expect(workerUrl("storage/filesystem/hash.worker.ts", module).href).toBe("file:///$bunfs/root/storage/filesystem/hash.worker.ts");
  }
  expect(workerUrl("storage/a/b.worker.ts", "file:///B:/~BUN/root/opm.exe").href).toBe("file:///B:/~BUN/root/storage/a/b.worker.ts");
});
