import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contentOf, messageOf } from "../testing/content.ts";
import { hashFile, type WrittenFile } from "./hash-file.ts";
import { type HashStarter, HashThread } from "./hash-thread.ts";
import { nodeFiles } from "./node-files.ts";

const MIB = 1024 * 1024;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "content-hash-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** Hashes of the worker that advance some times and then fail for ever. */
function failingAfter(advances: number): HashStarter {
  let left = advances;
  return {
    begin: () => ({
      advance: async () => {
        if (left-- <= 0) throw new Error("the worker is gone");
      },
      digest: () => Promise.reject(new Error("the worker is gone")),
      rest: () => undefined,
      discard: () => undefined,
    }),
  };
}

for (const advances of [0, 1, 5]) {
  test(`a file is hashed whose hash worker fails after ${advances} steps`, async () => {
    const { bytes, digest } = contentOf(3 * MIB);
    const file = await fileOf(bytes);
    expect(await hashFile(file, "sha256", failingAfter(advances))).toBe(digest.slice("sha256:".length));
    await file.file.close();
  });
}

test("the hash worker follows a file that grows, reads another one at once, and says why it cannot read a third", async () => {
  const thread = new HashThread();
  const { bytes, digest } = contentOf(3 * MIB);
  const { path, file } = await fileOf(bytes.subarray(0, MIB));
  const following = thread.begin("sha256", path);
  await following.advance(MIB);
  await file.write(bytes.subarray(MIB), MIB);
  const absent = thread.begin("sha256", join(folder, "absent"));
  expect(await messageOf(absent.advance(1))).toContain("ENOENT");
  expect(await messageOf(absent.digest())).toContain("ENOENT");
  absent.discard();
  const tooLong = thread.begin("sha256", path);
  expect(await messageOf(tooLong.advance(3 * MIB + 1))).toContain("ends");
  await following.advance(3 * MIB);
  expect(`sha256:${await following.digest()}`).toBe(digest);
  following.discard();
  await file.close();
  thread.close();
});

test("a hash at rest keeps no file, which another process may remove, and goes on by its path", async () => {
  const thread = new HashThread();
  const { bytes, digest } = contentOf(3 * MIB);
  const { path, file } = await fileOf(bytes.subarray(0, MIB));
  const hash = thread.begin("sha256", path);
  await hash.advance(MIB);
  hash.rest();
  await hash.advance(MIB);
  await file.close();
  await rm(path);
  const { file: another } = await fileOf(bytes);
  await hash.advance(3 * MIB);
  expect(`sha256:${await hash.digest()}`).toBe(digest);
  hash.discard();
  await another.close();
  thread.close();
});

test("a closed hash thread rejects what waits, and starts anew", async () => {
  const thread = new HashThread();
  const { bytes, digest } = contentOf(MIB);
  const { path, file } = await fileOf(bytes);
  const hash = thread.begin("sha256", path);
  const waiting = messageOf(hash.advance(MIB));
  thread.close();
  expect(await waiting).toContain("closed");
  expect(await messageOf(hash.digest())).toContain("closed");
  const again = thread.begin("sha256", path);
  await again.advance(MIB);
  expect(`sha256:${await again.digest()}`).toBe(digest);
  thread.close();
  await file.close();
});

async function fileOf(bytes: Uint8Array): Promise<WrittenFile> {
  const path = join(folder, "file");
  const file = await nodeFiles.open(path, "create");
  if (file === undefined) throw new Error("a new file was not there");
  await file.write(bytes, 0);
  return { path, file, size: bytes.length };
}
