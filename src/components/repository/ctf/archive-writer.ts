import { renameSync, rmSync, statSync } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ByteStream } from "../../../client/content/content.ts";
import { fileError, readFileStream } from "../../../client/content/files.ts";
import { gunzip, gzip } from "../../../client/content/gzip.ts";
import { BLOCK, formatTarFolder, formatTarHeader, padding } from "../../../client/content/tar-header.ts";
import { trySyncFolder } from "../../../client/content/try-sync-folder.ts";
import { bytesOf } from "../../../client/content/verified.ts";
import { writeAll } from "../../../client/content/write-stream.ts";
import { ComponentError } from "../../component-error.ts";
import { fileState } from "../temporary-tar.ts";

/** A file on its way into an archive. */
export interface Member {
  readonly name: string;
  /** Bytes of the content. */
  readonly size: number;
  readonly content: ByteStream;
}

/** Members of an archive that is not written yet, each in a file beside it, as it will be in the archive: compressed already. */
export interface MemberFolder {
  /** Fails without a trace. */
  add(member: Member, onBytes?: (bytes: number) => void): Promise<void>;
  /** Bytes of the content of one that was added. */
  sizeOf(name: string): number | undefined;
  read(name: string): ByteStream;
  /** Takes one back that was added. */
  drop(name: string): Promise<void>;
  /**
   * Writes the archive, members that were added by name, and gives it its name.
   * @param others what else to put in, in this order, each before those that were added
   * @param replaced the state of the file that the archive takes the place of; undefined where there must be none
   * @throws ComponentError `refused` where another is there by now, which stays
   */
  assemble(others: AsyncIterable<Member>, replaced: string | undefined): Promise<void>;
  remove(): Promise<void>;
}

/** @param path of the archive */
export function memberFolder(path: string, { isCompressed }: { readonly isCompressed: boolean }): MemberFolder {
  const folder = `${path}.${crypto.randomUUID()}.partial`;
  const sizes = new Map<string, number>();
  const fileOf = (name: string) => join(folder, name.replaceAll("/", "_"));
  const encoded = (member: Member) => (isCompressed ? gzip(tarMember(member)) : tarMember(member));
  const removeNow = () => rmSync(folder, { recursive: true, force: true });
  let begun: Promise<void> | undefined;
  const begin = async () => {
    process.once("exit", removeNow);
    await mkdir(folder, { recursive: true }).catch((cause) => {
      throw fileError(`cannot write ${path}`, cause);
    });
  };
  const remove = async () => {
    process.off("exit", removeNow);
    const isMade = await begun?.then(
      () => true,
      () => false,
    );
    if (isMade) await rm(folder, { recursive: true, force: true });
  };
  return {
    async add(member, onBytes) {
      begun ??= begin();
      await begun;
      // two at a time may write the same
      const partial = `${fileOf(member.name)}.${crypto.randomUUID()}`;
      try {
        await writeFile(partial, encoded({ ...member, content: counted(member.content, onBytes) }));
        await rename(partial, fileOf(member.name));
      } catch (cause) {
        await rm(partial, { force: true });
        throw fileError(`cannot write ${path}`, cause);
      }
      sizes.set(member.name, member.size);
    },
    sizeOf: (name) => sizes.get(name),
    read(name) {
      const size = sizes.get(name) ?? 0;
      const stored = readFileStream(fileOf(name));
      return slice(isCompressed ? gunzip(stored, fileOf(name)) : stored, BLOCK, size);
    },
    async drop(name) {
      if (sizes.delete(name)) await rm(fileOf(name), { force: true });
    },
    async assemble(others, replaced) {
      begun ??= begin();
      await begun;
      const whole = join(folder, "archive");
      const end = new Uint8Array(2 * BLOCK);
      const parts = async function* () {
        let isFirst = true;
        for await (const member of others) {
          yield* encoded(member);
          // readers that unpack want the folder before what is in it
          if (isFirst) yield* isCompressed ? gzip(bytesOf(formatTarFolder("blobs/"))) : [formatTarFolder("blobs/")];
          isFirst = false;
        }
        for (const name of [...sizes.keys()].sort()) yield* readFileStream(fileOf(name));
        yield* isCompressed ? gzip(bytesOf(end)) : [end];
      };
      try {
        checkState(path, replaced);
        await writeFile(whole, parts(), { sync: true });
        giveName(whole, path, replaced);
        await trySyncFolder(dirname(path));
      } catch (cause) {
        throw fileError(`cannot write ${path}`, cause);
      } finally {
        await remove();
      }
    },
    remove,
  };
}

/** The look and the new name with nothing between them: another process has microseconds to come in between. */
function giveName(whole: string, path: string, replaced: string | undefined): void {
  checkState(path, replaced);
  renameSync(whole, path);
}

function checkState(path: string, expected: string | undefined): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if ((found && fileState(found)) !== expected)
    throw new ComponentError("refused", `${path} was changed by another process: it was left as it is; do it again`);
}

async function writeFile(path: string, content: ByteStream, { sync = false } = {}): Promise<void> {
  const file: FileHandle = await open(path, "wx");
  try {
    for await (const piece of content) await writeAll(file, piece);
    if (sync) await file.sync();
  } finally {
    await file.close();
  }
}

async function* tarMember({ name, size, content }: Member): AsyncGenerator<Uint8Array> {
  yield formatTarHeader(name, size);
  yield* content;
  yield new Uint8Array(padding(size));
}

async function* slice(stream: ByteStream, start: number, length: number): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const piece of stream) {
    const from = Math.max(0, start - at);
    const to = Math.min(piece.length, start + length - at);
    if (from < to) yield piece.subarray(from, to);
    at += piece.length;
    if (at >= start + length) return;
  }
}

async function* counted(stream: ByteStream, onBytes: ((bytes: number) => void) | undefined): AsyncGenerator<Uint8Array> {
  let sent = 0;
  for await (const piece of stream) {
    yield piece;
    sent += piece.length;
    onBytes?.(sent);
  }
}
