import { join } from "node:path";
import { errorCode, type FileLayer, type OpenFile } from "./file-layer.ts";
import type { Layout } from "./layout.ts";

/** Milliseconds that another process is waited for, and between two tries. Recovery takes a second or two. */
const LIMIT = 60_000;
const RETRY = 5;

/** Runs `work` while no other process recovers or creates journals of this store. */
export async function withJournalLock<T>(files: FileLayer, layout: Layout, work: () => Promise<T>): Promise<T> {
  const path = join(layout.journals, "lock");
  const file = await openOrCreate(files, path);
  try {
    for (const end = Date.now() + LIMIT; !file.tryLock(); await Bun.sleep(RETRY)) {
      if (Date.now() > end) throw new Error(`another process has locked ${path} for ${LIMIT / 1000} s: wait until its recovery is over, or end it`);
    }
    return await work();
  } finally {
    await file.close();
  }
}

async function openOrCreate(files: FileLayer, path: string): Promise<OpenFile> {
  const existing = await files.open(path, "update");
  if (existing !== undefined) return existing;
  try {
    const created = await files.open(path, "create");
    if (created !== undefined) return created;
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  }
  return openOrCreate(files, path);
}
