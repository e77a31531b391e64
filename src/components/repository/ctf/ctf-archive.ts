import { ClientError } from "../../../client/client-error.ts";
import type { ReadOptions } from "../../../client/content/content.ts";
import { bytesOf, verifiedBlob } from "../../../client/content/verified.ts";
import type { Digest } from "../../../oci/digest.ts";
import { ComponentError } from "../../component-error.ts";
import { readPart } from "../temporary-tar.ts";
import { type ArchiveEntries, readEntry } from "./archive-entries.ts";
import { type Member, memberFolder } from "./archive-writer.ts";
import { type ArtifactIndex, formatArtifactIndex, INDEX_FILE, INDEX_LIMIT, parseArtifactIndex } from "./artifact-index.ts";
import { blobFile, type CtfFiles } from "./ctf-files.ts";

export interface CtfArchiveOptions {
  /** For messages. */
  readonly name: string;
  /** Whether what is written is compressed. */
  readonly isCompressed: boolean;
  /** What is there; closed with the files. */
  readonly base?: ArchiveEntries;
}

/**
 * A common transport archive in a tar or tgz. Blobs are read from where they are, memory stays flat. What is written comes about with
 * `close`, which replaces the archive as a whole; `discard` leaves it as it was.
 * @throws ComponentError `invalid` when it is damaged
 */
export async function ctfArchive(path: string, { name, isCompressed, base }: CtfArchiveOptions): Promise<CtfFiles> {
  let index: ArtifactIndex =
    base === undefined ? [] : parseArtifactIndex(new TextDecoder().decode(await readEntry(base, INDEX_FILE, { name, limit: INDEX_LIMIT })), name);
  const added = memberFolder(path, { isCompressed });
  const entryOf = (digest: Digest) => `blobs/${blobFile(digest)}`;
  let isChanged = false;
  const removed = new Set<string>();
  const release = async () => {
    await base?.file.close().catch(() => {});
    await added.remove();
  };
  const files: CtfFiles = {
    name,
    index: async () => index,
    sizeOf: async (digest) => added.sizeOf(entryOf(digest)) ?? (removed.has(entryOf(digest)) ? undefined : base?.entries.get(entryOf(digest))?.size),
    open(digest, { signal: reading }: ReadOptions = {}) {
      const entry = base?.entries.get(entryOf(digest));
      if (added.sizeOf(entryOf(digest)) !== undefined) return added.read(entryOf(digest));
      if (base === undefined || entry === undefined) throw new ClientError("not-found", `cannot read ${name}@${digest}: not found`);
      return readPart(base.file, { ...entry, signal: reading });
    },
    async putBlob(blob, { signal: writing } = {}) {
      const { digest, size } = blob.descriptor;
      removed.delete(entryOf(digest));
      await added.add({ name: entryOf(digest), size, content: verifiedBlob(blob, writing) }, blob.onBytes);
    },
    async changeIndex(change) {
      const after = change(index);
      isChanged ||= after !== index;
      index = after;
    },
    async sweep(plan) {
      const swept = await plan(index);
      isChanged ||= swept.index.length !== index.length || swept.blobs.length > 0;
      index = swept.index;
      for (const digest of swept.blobs) {
        removed.add(entryOf(digest));
        await added.drop(entryOf(digest));
      }
    },
    async close() {
      try {
        if (!isChanged) return;
        await added.assemble(membersBefore(base, { index, isLeftOut: (entry) => removed.has(entry) || added.sizeOf(entry) !== undefined }), base?.state);
        isChanged = false;
      } finally {
        await release();
      }
    },
    async discard() {
      isChanged = false;
      await release();
    },
  };
  return files;
}

/** The index first, then what was there. */
async function* membersBefore(
  base: ArchiveEntries | undefined,
  { index, isLeftOut }: { readonly index: ArtifactIndex; readonly isLeftOut: (entry: string) => boolean },
): AsyncGenerator<Member> {
  const text = new TextEncoder().encode(formatArtifactIndex(index));
  if (text.length > INDEX_LIMIT) throw new ComponentError("refused", `there is no room for more entries in ${INDEX_FILE}: write to another archive`);
  yield { name: INDEX_FILE, size: text.length, content: bytesOf(text) };
  if (base === undefined) return;
  for (const [name, entry] of [...base.entries].sort(([one], [other]) => (one < other ? -1 : 1))) {
    if (name !== INDEX_FILE && !isLeftOut(name)) yield { name, size: entry.size, content: readPart(base.file, entry) };
  }
}
