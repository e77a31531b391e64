import type { FileHandle } from "node:fs/promises";
import { ClientError } from "../client-error.ts";
import { BLOCK, padding, parsePaxRecords, parseTarHeader } from "./tar-header.ts";

/** Where the content of a file is in an archive: both in bytes. */
export interface TarEntry {
  readonly start: number;
  readonly size: number;
}

export interface TarIndexOptions {
  /** The names that count; other entries are passed over. Default: those of an image layout. */
  readonly names?: RegExp;
}

/** Entries of an archive. */
const ENTRY_LIMIT = 1_000_000;

/** Bytes of what an extended header says of the next entry. */
const EXTENDED_LIMIT = 1024 * 1024;

const REGULAR: ReadonlySet<string> = new Set(["0", "7"]);
const FOLDER = "5";

/** What an image layout consists of; other entries, such as docker's own, are passed over. */
const LAYOUT_NAME = /^(?:oci-layout|index\.json|blobs\/[^/]+\/[^/]+)$/;

/**
 * Finds the files of an archive from header to header, without reading their contents.
 * @param name of the archive, for messages
 * @throws ClientError `invalid` when it is damaged, compressed, or has names that lead out of it, the same name twice, or links
 *   in place of files
 */
export async function indexTar(file: FileHandle, name: string, { names = LAYOUT_NAME }: TarIndexOptions = {}): Promise<ReadonlyMap<string, TarEntry>> {
  const entries = new Map<string, TarEntry>();
  const { size: end } = await file.stat();
  let extended: Extended = {};
  if (isCompressed(await read(file, 0, 4))) throw new ClientError("invalid", `${name} is compressed: decompress it first`);
  for (let at = 0, count = 0; at + BLOCK <= end; count++) {
    if (count > ENTRY_LIMIT) throw new ClientError("invalid", `${name} has more than ${ENTRY_LIMIT} entries`);
    const block = await read(file, at, BLOCK);
    if (block.every((byte) => byte === 0)) break;
    const header = parseTarHeader(block);
    if (header === undefined) throw new ClientError("invalid", `${name} is not a tar archive, or damaged`);
    const start = at + BLOCK;
    const size = extended.size ?? header.size;
    at = start + size + padding(size);
    if (start + size > end) throw new ClientError("invalid", `${name} is not whole: it ends in the middle of a file`);
    if ("xLKg".includes(header.type)) {
      if (size > EXTENDED_LIMIT) throw new ClientError("invalid", `${name} is damaged: a header in it has more than ${EXTENDED_LIMIT} bytes`);
      if (header.type !== "g") extended = { ...extended, ...extension(header.type, await read(file, start, size), name) };
      continue;
    }
    const path = normalized(extended.name ?? header.name, name);
    extended = {};
    if (header.type === FOLDER || !names.test(path)) continue;
    if (!REGULAR.has(header.type)) throw new ClientError("invalid", `${name} is not safe to use: its entry ${path} is not a regular file`);
    if (entries.has(path)) throw new ClientError("invalid", `${name} is not safe to use: it has the file ${path} twice`);
    entries.set(path, { start, size });
  }
  return entries;
}

/** What is said of the next entry in place of its own header. */
interface Extended {
  readonly name?: string;
  readonly size?: number;
}

function extension(type: string, bytes: Uint8Array, name: string): Extended {
  if (type === "K") return {};
  if (type === "L") return { name: new TextDecoder().decode(bytes).replace(/\0.*$/s, "") };
  const records = parsePaxRecords(bytes);
  if (records === undefined) throw new ClientError("invalid", `${name} is damaged: it has a malformed pax header`);
  const path = records.get("path");
  const size = records.get("size");
  if (size !== undefined && !(/^[0-9]{1,16}$/.test(size) && Number.isSafeInteger(Number(size)))) {
    throw new ClientError("invalid", `${name} is damaged: it has a malformed pax header`);
  }
  return { ...(path !== undefined && { name: path }), ...(size !== undefined && { size: Number(size) }) };
}

function normalized(path: string, name: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (path.startsWith("/") || path.includes("\\") || path.includes("\0") || parts.includes("..")) {
    throw new ClientError("invalid", `${name} is not safe to use: the name of an entry leads out of it`);
  }
  return parts.join("/");
}

/** By the first bytes of gzip and of Zstandard. */
function isCompressed(head: Uint8Array): boolean {
  return (head[0] === 0x1f && head[1] === 0x8b) || (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd);
}

async function read(file: FileHandle, start: number, length: number): Promise<Uint8Array> {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; ) {
    const { bytesRead } = await file.read(bytes, at, length - at, start + at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return bytes;
}
