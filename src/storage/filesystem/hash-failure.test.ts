import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contentOf, messageOf, sourceOf } from "../testing/content.ts";
import { type HashStarter, HashThread } from "./hash-thread.ts";
import { nodeFiles } from "./node-files.ts";
import { Slots } from "./slots.ts";
import { StagedUpload } from "./staged-upload.ts";

const MIB = 1024 * 1024;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "content-hash-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** Hashes that work for some updates and then fail for ever. */
function failingAfter(updates: number): HashStarter {
  let left = updates;
  return {
    begin: () => ({
      update: async () => {
        if (left-- <= 0) throw new Error("the worker is gone");
      },
      digest: () => Promise.reject(new Error("the worker is gone")),
      discard: () => undefined,
    }),
  };
}

for (const updates of [0, 1, 5, 1000]) {
  test(`an upload survives a hash worker that fails after ${updates} updates`, async () => {
    const { bytes, digest } = contentOf(3 * MIB);
    const upload = new StagedUpload("id", join(folder, "upload"), "sha256", nodeFiles, { slots: new Slots(), thread: failingAfter(updates) });
    await upload.create();
    await upload.acquire();
    await upload.append(0, sourceOf(bytes.subarray(0, MIB)), {});
    await upload.append(MIB, sourceOf(bytes.subarray(MIB)), {});
    expect(await upload.digest("sha256")).toBe(digest);
    await upload.discard();
  });
}

test("a closed hash thread rejects what waits, and starts anew", async () => {
  const thread = new HashThread();
  const buffer = new SharedArrayBuffer(MIB);
  const hash = thread.begin("sha256");
  const waiting = messageOf(hash.update(buffer, MIB));
  thread.close();
  expect(await waiting).toContain("closed");
  expect(await messageOf(hash.digest())).toContain("closed");
  const again = thread.begin("sha256");
  await again.update(buffer, MIB);
  expect(await again.digest()).toBe(new Bun.CryptoHasher("sha256").update(new Uint8Array(MIB)).digest("hex"));
  thread.close();
});
