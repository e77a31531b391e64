import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ByteStream } from "./content/content.ts";
import { isShared } from "./content/copy-verified.ts";
import { fileError, readFileStream } from "./content/files.ts";
import { writeStream } from "./content/write-stream.ts";

/** The beginning of a blob whose download broke off. One process at a time has it: its name says which. */
export interface PartialBlob {
  readonly file: string;
  /** Bytes that are there already. */
  readonly bytes: number;
}

/**
 * Takes over what an earlier download of a blob has left, also one whose process was killed; or a name for a new one.
 * @param name of the blob, without dots
 * @param size of the whole: what has as much is no beginning
 */
export async function claimPartial(folder: string, name: string, size: number): Promise<PartialBlob> {
  const file = join(folder, `${name}.${process.pid}.${crypto.randomUUID()}`);
  try {
    await mkdir(folder, { recursive: true });
    for (const other of await readdir(folder)) {
      if (!isLeft(other, name)) continue;
      // another process may be quicker
      const taken = await rename(join(folder, other), file).then(
        () => true,
        () => false,
      );
      if (!taken) continue;
      const found = await stat(file);
      if (found.isFile() && found.size < size) return { file, bytes: found.size };
      await rm(file, { recursive: true, force: true });
    }
  } catch (cause) {
    throw fileError(`cannot write ${file}`, cause);
  }
  return { file, bytes: 0 };
}

export interface ContinueOptions {
  /** Told the bytes written so far. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** A file to be made of the same bytes, where that is quicker than to copy it of the whole. */
  readonly copyTo?: string | undefined;
}

/**
 * Goes on writing where it was.
 * @returns whether the copy was made, too: not of what was there already, nor where the file system can share the content
 */
export async function continuePartial({ file, bytes }: PartialBlob, content: ByteStream, { onBytes, copyTo }: ContinueOptions = {}): Promise<boolean> {
  const handles: FileHandle[] = [];
  let copied = false;
  try {
    handles.push(await open(file, bytes === 0 ? "wx" : "r+"));
    copied = copyTo !== undefined && bytes === 0 && !(await sharesContent(file, copyTo));
    if (copied && copyTo !== undefined) handles.push(await open(copyTo, "wx"));
    await writeStream(handles, content, { start: bytes, onBytes });
    return copied;
  } catch (cause) {
    if (copied && copyTo !== undefined) await rm(copyTo, { force: true });
    throw fileError(`cannot write ${copied ? `${copyTo} or ${file}` : file}`, cause);
  } finally {
    for (const handle of handles) await handle.close();
  }
}

/** Whether a copy of a file, which is empty yet, would take no time. */
async function sharesContent(file: string, to: string): Promise<boolean> {
  if (!(await isShared(file, to))) return false;
  await rm(to);
  return true;
}

/** Leaves it to whoever comes next; what has nothing goes. */
export async function leavePartial(folder: string, name: string, { file }: PartialBlob): Promise<void> {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  await (size === 0 ? rm(file, { force: true }) : rename(file, join(folder, name))).catch(() => {});
}

/** The bytes that are there. */
export function readPartial({ file }: PartialBlob): ByteStream {
  return readFileStream(file);
}

/** True for a beginning that no process is working on. */
function isLeft(file: string, name: string): boolean {
  if (file === name) return true;
  const [, pid] = new RegExp(`^${name}\\.([0-9]{1,10})\\.`).exec(file) ?? [];
  return pid !== undefined && !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}
