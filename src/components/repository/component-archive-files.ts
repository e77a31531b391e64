import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ByteStream, ReadOptions } from "../../client/content/content.ts";
import { fileError, readFileStream } from "../../client/content/files.ts";
import { ComponentError } from "../component-error.ts";
import { DESCRIPTOR_FILE } from "../descriptor/descriptor-tar.ts";
import { DESCRIPTOR_LIMIT } from "../descriptor/parse-descriptor.ts";
import { type ArchiveEntries, readEntry } from "./ctf/archive-entries.ts";
import { readPart } from "./temporary-tar.ts";

/** The files of a component archive, in a folder or in a file. */
export interface ComponentArchiveFiles {
  /** The descriptor, in YAML. */
  readonly descriptor: Uint8Array;
  /** Bytes by the name of the file. */
  readonly blobs: ReadonlyMap<string, number>;
  open(blob: string, options?: ReadOptions): ByteStream;
  close(): Promise<void>;
}

/** @throws ClientError `not-found`; ComponentError `invalid` when it is none or not safe to use */
export async function componentArchiveFolder(path: string, name: string): Promise<ComponentArchiveFiles> {
  const file = join(path, DESCRIPTOR_FILE);
  const size = await sizeOfFile(file, name);
  if (size > DESCRIPTOR_LIMIT) throw new ComponentError("invalid", `${name}: its file ${DESCRIPTOR_FILE} has more than ${DESCRIPTOR_LIMIT} bytes`);
  const descriptor = await readFile(file).catch((cause) => {
    throw fileError(`cannot read ${file}`, cause);
  });
  // there is none where there are no blobs
  const names = await readdir(join(path, "blobs")).catch(() => []);
  const sizes = await Promise.all(names.map(async (blob) => [blob, await sizeOfFile(join(path, "blobs", blob), name)] as const));
  return {
    descriptor,
    blobs: new Map(sizes),
    open: (blob, { signal } = {}) => readFileStream(join(path, "blobs", blob), { ...(signal && { signal }) }),
    close: async () => {},
  };
}

/** The same in a tar or tgz. It is closed with the files. */
export async function componentArchiveFile(archive: ArchiveEntries, name: string): Promise<ComponentArchiveFiles> {
  const inBlobs = [...archive.entries].flatMap(([entry, place]) => (entry.startsWith("blobs/") ? [[entry.slice("blobs/".length), place] as const] : []));
  const places = new Map(inBlobs);
  return {
    descriptor: await readEntry(archive, DESCRIPTOR_FILE, { name, limit: DESCRIPTOR_LIMIT }),
    blobs: new Map(inBlobs.map(([blob, { size }]) => [blob, size])),
    open: (blob, options = {}) => readPart(archive.file, { ...(places.get(blob) ?? { start: 0, size: 0 }), signal: options.signal }),
    close: () => archive.file.close(),
  };
}

async function sizeOfFile(path: string, name: string): Promise<number> {
  const found = await lstat(path).catch((cause) => {
    throw fileError(`cannot read ${path}`, cause);
  });
  if (!found.isFile()) throw new ComponentError("invalid", `${name} is not safe to use: ${path} is not a regular file`);
  return found.size;
}
