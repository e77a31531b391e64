import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ByteStream } from "./content/content.ts";
import { fileError, readFileStream, writeAll } from "./content/files.ts";

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

/** Goes on writing where it was. */
export async function continuePartial({ file, bytes }: PartialBlob, content: ByteStream, onBytes?: (bytes: number) => void): Promise<void> {
  const handle = await open(file, bytes === 0 ? "wx" : "r+").catch((cause) => Promise.reject(fileError(`cannot write ${file}`, cause)));
  try {
    let at = bytes;
    for await (const piece of content) {
      await writeAll(handle, piece, at);
      at += piece.length;
      onBytes?.(at);
    }
  } catch (cause) {
    throw fileError(`cannot write ${file}`, cause);
  } finally {
    await handle.close();
  }
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
