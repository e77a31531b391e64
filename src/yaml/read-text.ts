import { type FileHandle, open } from "node:fs/promises";
import { ConfigError } from "./config-error.ts";

const MIB = 1024 * 1024;

/** What kind of file is read: reading stops where none of its kind is that large. */
export interface FileKind {
  /** Bytes, whole MiB. */
  readonly limit: number;
  /** e.g. `configuration` */
  readonly name: string;
}

const CONFIGURATION: FileKind = { limit: MIB, name: "configuration" };

/**
 * Reads a text file, a configuration of at most 1 MiB unless another kind is named.
 * @throws ConfigError when it is too large or not UTF-8; the error of the file system when it cannot be read
 */
export async function readTextFile(path: string, name: string, kind = CONFIGURATION): Promise<string> {
  const file = await open(path);
  try {
    return await readLimited(file, name, kind);
  } finally {
    await file.close();
  }
}

async function readLimited(file: FileHandle, name: string, kind: FileKind): Promise<string> {
  const buffer = new Uint8Array(kind.limit + 1);
  let size = 0;
  while (size <= kind.limit) {
    const { bytesRead } = await file.read(buffer, size, buffer.length - size);
    if (bytesRead === 0) return decode(buffer.subarray(0, size), name, kind);
    size += bytesRead;
  }
  throw new ConfigError([{ where: name, path: "", message: `larger than ${kind.limit / MIB} MiB; this is no ${kind.name} file` }]);
}

function decode(bytes: Uint8Array, name: string, kind: FileKind): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ConfigError([{ where: name, path: "", message: `not UTF-8; this is no ${kind.name} file` }], { cause });
  }
}
