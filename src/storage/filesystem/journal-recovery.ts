import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { digestAlgorithm } from "../../oci/digest.ts";
import type { FileLayer } from "./file-layer.ts";
import { JOURNAL_SUFFIX } from "./journal.ts";
import { withJournalLock } from "./journal-lock.ts";
import { decodeRecords, type JournalRecord } from "./journal-record.ts";
import type { Layout } from "./layout.ts";

/**
 * Puts the content of journals that a process left behind to its place, if a loss of power took or tore it there. No content
 * may be served before. Journals of running processes are left alone.
 */
export async function recoverJournals(files: FileLayer, layout: Layout, sync: (path: string) => Promise<void>): Promise<void> {
  await withJournalLock(files, layout, async () => {
    const names = await Array.fromAsync(files.list(layout.journals));
    for (const name of names) if (name.endsWith(JOURNAL_SUFFIX)) await recover(files, layout, sync, join(layout.journals, name));
  });
}

async function recover(files: FileLayer, layout: Layout, sync: (path: string) => Promise<void>, path: string): Promise<void> {
  const file = await files.open(path, "update");
  if (file === undefined) return;
  try {
    if (!file.tryLock()) return;
    const encoded = (await files.readFile(path)) ?? new Uint8Array(0);
    for (const record of decodeRecords(encoded)) await restore(files, layout, record);
    if (encoded.length > 0) await sync(layout.root);
    await files.unlink(path);
  } finally {
    await file.close();
  }
}

async function restore(files: FileLayer, layout: Layout, { digest, bytes }: JournalRecord): Promise<void> {
  const present = await files.readFile(layout.blob(digest));
  if (present !== undefined && Buffer.compare(present, bytes) === 0) return;
  await files.makeFolder(join(layout.blobs, digestAlgorithm(digest)));
  await files.makeFolder(layout.shard(digest));
  const staged = layout.upload(randomUUID());
  const file = await files.open(staged, "create");
  try {
    await file?.write(bytes, 0);
  } finally {
    await file?.close();
  }
  await files.rename(staged, layout.blob(digest));
}
