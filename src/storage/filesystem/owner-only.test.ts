import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digestOf } from "../../oci/digest.ts";
import type { ContentStore, UploadId } from "../content-store.ts";
import { openFilesystemStore } from "./filesystem-store.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "opm-owner-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function* pieces(...bytes: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* bytes;
}

async function upload(store: ContentStore, bytes: Uint8Array): Promise<UploadId> {
  const id = crypto.randomUUID() as UploadId;
  await store.createUpload(id, "sha256");
  await store.appendUpload(id, 0, pieces(bytes));
  return id;
}

/** A blob that goes through the journal, one that is a file of its own, and uploads that stay open. */
async function fill(path: string): Promise<void> {
  const store = await openFilesystemStore({ path, durability: "full" });
  try {
    for (const size of [10, 3_000_000]) {
      const bytes = new Uint8Array(size).fill(size % 251);
      await upload(store, bytes);
      await store.finishUpload(await upload(store, bytes), digestOf(bytes));
    }
  } finally {
    await store.close();
  }
}

/** Everything below that somebody else may do something with. */
function readable(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: "utf8" }).filter((name) => (lstatSync(join(path, name)).mode & 0o077) !== 0);
}

test.each([0o000, 0o022, 0o077])("what is stored is for its owner only, whatever the umask is (%i)", async (umask) => {
  const before = process.umask(umask);
  try {
    await fill(join(folder, "some", "where", "content"));
  } finally {
    process.umask(before);
  }
  expect(readdirSync(join(folder, "some", "where", "content"), { recursive: true }).length).toBeGreaterThan(8);
  expect(readable(folder)).toEqual([]);
});

test("folders that were open before are closed; the one that somebody made for them stays as it is", async () => {
  const content = join(folder, "content");
  for (const path of [content, join(content, "blobs"), join(content, "blobs", "sha256"), join(content, "uploads")]) {
    mkdirSync(path);
    chmodSync(path, 0o755);
  }
  await fill(content);
  expect(["", "blobs", "uploads", "journals"].map((name) => lstatSync(join(content, name)).mode & 0o777)).toEqual([0o755, 0o700, 0o700, 0o700]);
});
