import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { Digest, DigestAlgorithm } from "../../oci/digest.ts";
import { ClientError } from "../client-error.ts";
import type { ByteStream } from "./content.ts";
import { bytesOf } from "./verified.ts";
import { writeStream } from "./write-stream.ts";

/** Bytes of one read. */
const PIECE = 512 * 1024;

export interface FilePart {
  /** Bytes from the beginning. Default: 0. */
  readonly start?: number;
  /** Bytes to read. Default: to the end. */
  readonly length?: number;
  /** Give all pieces in the same memory, for those who are done with one when they ask for the next. Default: false. */
  readonly reuse?: boolean;
  readonly signal?: AbortSignal;
}

/** The bytes of a file, or of a part of it. @throws ClientError `not-found` when there is no file */
export async function* readFileStream(
  path: string,
  { start = 0, length = Number.POSITIVE_INFINITY, reuse = false, signal }: FilePart = {},
): AsyncGenerator<Uint8Array> {
  const file = await open(path, "r").catch((cause) => {
    throw fileError(`cannot read ${path}`, cause);
  });
  try {
    let buffer: Buffer | undefined;
    for (let at = 0; at < length; ) {
      signal?.throwIfAborted();
      // fresh memory costs as much as a third of hashing it, in page faults
      if (buffer === undefined || !reuse) buffer = Buffer.allocUnsafeSlow(Math.min(PIECE, length - at));
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, length - at), start + at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** Digest and size of a file. @throws ClientError `not-found` */
export async function digestFile(path: string, algorithm: DigestAlgorithm = "sha256"): Promise<{ readonly digest: Digest; readonly size: number }> {
  const hasher = new Bun.CryptoHasher(algorithm);
  let size = 0;
  for await (const piece of readFileStream(path, { reuse: true })) {
    hasher.update(piece);
    size += piece.length;
  }
  return { digest: `${algorithm}:${hasher.digest("hex")}` as Digest, size };
}

/** Writes a file so that it is there in full or not at all: beside its place, then renamed. Folders are made. */
export async function writeFileAtomically(path: string, content: ByteStream | Uint8Array, onBytes?: (bytes: number) => void): Promise<void> {
  const partial = await writePartial(path, content, { onBytes });
  try {
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true });
    throw fileError(`cannot write ${path}`, cause);
  }
}

export interface WritePartialOptions {
  /** Told the bytes written so far. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** Make the content survive a loss of power. */
  readonly sync?: boolean;
}

/** The first half of that: gives the name of the file beside its place. */
export async function writePartial(path: string, content: ByteStream | Uint8Array, { onBytes, sync }: WritePartialOptions = {}): Promise<string> {
  const partial = `${path}.${crypto.randomUUID()}.partial`;
  let file: FileHandle | undefined;
  try {
    await mkdir(dirname(path), { recursive: true });
    file = await open(partial, "wx");
    await writeStream([file], content instanceof Uint8Array ? bytesOf(content) : content, { onBytes });
    if (sync === true) await file.sync();
    await file.close();
    return partial;
  } catch (cause) {
    await file?.close().catch(() => {});
    await rm(partial, { force: true }).catch(() => {});
    throw fileError(`cannot write ${path}`, cause);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "no space is left: free some and try again",
  EDQUOT: "the quota is used up: free some space and try again",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is not a folder",
  EEXIST: "it exists already",
  ENOTEMPTY: "it is a folder that is not empty",
  ENAMETOOLONG: "its name is too long",
};

/** Makes of an error of the file system one for the user; other errors stay what they are. */
export function fileError(what: string, cause: unknown): unknown {
  const code = cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : undefined;
  if (code === undefined || cause instanceof ClientError) return cause;
  const kind = code === "ENOENT" ? "not-found" : code === "EACCES" || code === "EPERM" || code === "EROFS" ? "permission" : "general";
  return new ClientError(kind, `${what}: ${REASONS[code] ?? code}`, { cause, code });
}
