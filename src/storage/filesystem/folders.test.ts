import { expect, test } from "bun:test";
import { messageOf } from "../testing/content.ts";
import { FolderSync } from "./folders.ts";
import { nodeFiles } from "./node-files.ts";

interface Call {
  readonly path: string;
  readonly end: PromiseWithResolvers<void>;
}

function recorded(): { readonly sync: FolderSync; readonly calls: Call[] } {
  const calls: Call[] = [];
  const syncFolder = (path: string) => {
    const end = Promise.withResolvers<void>();
    calls.push({ path, end });
    return end.promise;
  };
  return { sync: new FolderSync({ ...nodeFiles, syncFolder }), calls };
}

test("who comes while a sync runs shares the next one", async () => {
  const { sync, calls } = recorded();
  const first = sync.sync("/a");
  const late = [sync.sync("/a"), sync.sync("/a")];
  expect(calls).toHaveLength(1);
  calls[0]?.end.resolve();
  await first;
  await Promise.resolve();
  expect(calls).toHaveLength(2);
  let acknowledged = 0;
  for (const promise of late) promise.then(() => acknowledged++);
  await Promise.resolve();
  expect(acknowledged).toBe(0);
  calls[1]?.end.resolve();
  await Promise.all(late);
  expect(calls).toHaveLength(2);
});

test("folders do not wait for one another", () => {
  const { sync, calls } = recorded();
  sync.sync("/a");
  sync.sync("/b");
  expect(calls.map(({ path }) => path)).toEqual(["/a", "/b"]);
});

test("a failure is that of those who shared it, and the next sync starts anew", async () => {
  const { sync, calls } = recorded();
  const first = sync.sync("/a");
  const late = sync.sync("/a");
  calls[0]?.end.reject(new Error("disk failure"));
  expect(await messageOf(first)).toBe("disk failure");
  await Promise.resolve();
  calls[1]?.end.resolve();
  await late;
  sync.sync("/a");
  expect(calls).toHaveLength(3);
});
