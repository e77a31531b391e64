import { open } from "node:fs/promises";
import { type Digest, digestAlgorithm, digestEncoded } from "../../oci/digest.ts";
import { ClientError } from "../client-error.ts";
import { fileError, readFileStream } from "./files.ts";
import { checkLayoutFile, EMPTY_INDEX, INDEX_FILE, INDEX_LIMIT, LAYOUT_FILE, parseLayoutIndex } from "./layout-index.ts";
import { type LayoutSource, layoutSource } from "./layout-reader.ts";
import { indexTar, type TarEntry } from "./tar-index.ts";
import { collect } from "./verified.ts";

/** The name of a blob in a layout. */
export function blobName(digest: Digest): string {
  return `blobs/${digestAlgorithm(digest)}/${digestEncoded(digest)}`;
}

/**
 * Opens an OCI layout in a tar archive for reading. Its blobs are read where they are: nothing is unpacked.
 * @throws ClientError `not-found`, or `invalid` when it is no such archive or not safe to use
 */
export async function openLayoutArchive(path: string): Promise<LayoutSource> {
  const name = `oci-archive:${path}`;
  const entries = await readIndex(path, name);
  const text = async (file: string) => {
    const entry = entries.get(file);
    if (entry === undefined) return undefined;
    if (entry.size > INDEX_LIMIT) throw new ClientError("invalid", `${name}: its file ${file} has more than ${INDEX_LIMIT} bytes`);
    return new TextDecoder().decode(await collect(readPart(path, entry)));
  };
  const layout = await text(LAYOUT_FILE);
  if (layout === undefined) throw new ClientError("invalid", `${name} is not an OCI layout: it has no file ${LAYOUT_FILE}`);
  checkLayoutFile(layout, name);
  const index = await text(INDEX_FILE);
  const parsed = index === undefined ? EMPTY_INDEX : parseLayoutIndex(index, name);
  return layoutSource({
    name,
    index: async () => parsed,
    sizeOf: async (digest) => entries.get(blobName(digest))?.size,
    open: (digest, { signal }) => readPart(path, entries.get(blobName(digest)) ?? { start: 0, size: 0 }, signal),
    close: async () => {},
  });
}

async function readIndex(path: string, name: string): Promise<ReadonlyMap<string, TarEntry>> {
  const file = await open(path, "r").catch((cause) => {
    throw fileError(`cannot read ${name}`, cause);
  });
  try {
    return await indexTar(file, name);
  } catch (cause) {
    throw fileError(`cannot read ${name}`, cause);
  } finally {
    await file.close();
  }
}

function readPart(path: string, { start, size }: TarEntry, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  return readFileStream(path, { start, length: size, ...(signal && { signal }) });
}
