import { expect, test } from "bun:test";
import { executableFiles, listenerFiles, processFiles, storageFiles, unitFiles, unitFolders } from "./test-files.ts";

test("each entry of the lists names files, each once", () => {
  const files = executableFiles(() => true);
  expect(files).toContain("test/cli/serve.test.ts");
  expect(files).toContain("test/mod/story.test.ts");
  expect(new Set(files).size).toBe(files.length);
  expect(executableFiles((file) => file.includes("test/cli/serve"))).toEqual(["test/cli/serve.test.ts"]);
  expect(executableFiles(() => false)).toEqual([]);
});

test("what a server does over the wire runs again on the other listener", () => {
  const files = listenerFiles(() => true);
  for (const file of ["bad-input/framing", "conformance/ping", "limits/headers", "crash/kill", "access/endpoints"])
    expect(files).toContain(`test/${file}.test.ts`);
  expect(files).not.toContain("test/cli/serve.test.ts");
});

test("what a server does for clients runs again over other stores, but for what is about the data folder", () => {
  const files = storageFiles(() => true);
  for (const file of ["api/versions", "bad-input/framing", "conformance/shapes", "concurrency/pushes-at-once", "access/endpoints"])
    expect(files).toContain(`test/${file}.test.ts`);
  expect(files).not.toContain("test/access/data-folder.test.ts");
});

test("files that start processes run once each, the longest first", () => {
  const files = processFiles(() => true);
  expect(new Set(files).size).toBe(files.length);
  expect(files[0]).toBe("test/api/openapi.test.ts");
  expect(files).toContain("test/conformance/ping.test.ts");
});

test("unit tests share a process by folder, and none is left out", () => {
  const files = unitFiles(() => true);
  const folders = unitFolders(files);
  expect([...folders.values()].flat().sort()).toEqual(files);
  expect([...folders.keys()]).toContain("src/oci");
  expect([...folders.keys()]).toContain("src/storage/sqlite");
  expect([...folders.keys()]).toContain("src/storage/postgres/postgres.test.ts");
  expect([...folders.keys()]).toContain("scripts");
});
