import { indexTar, type TarEntry } from "../../../client/content/tar-index.ts";
import { collect } from "../../../client/content/verified.ts";
import { ComponentError } from "../../component-error.ts";
import { type OpenTar, openTar, readPart } from "../temporary-tar.ts";

/** Every entry counts: one that is not a regular file, or is there twice, is not let in. */
const ALL_NAMES = /./;

/** The files of an archive that stays open. */
export interface ArchiveEntries extends OpenTar {
  readonly entries: ReadonlyMap<string, TarEntry>;
}

/**
 * Opens an archive and finds its files.
 * @throws ClientError `not-found`; `invalid` when it is damaged or not safe to use: names that lead out of it, links, devices, a file twice
 */
export async function openArchive(path: string, name: string, signal?: AbortSignal): Promise<ArchiveEntries> {
  const tar = await openTar(path, name, signal);
  try {
    return { ...tar, entries: await indexTar(tar.file, name, { names: ALL_NAMES }) };
  } catch (cause) {
    await tar.file.close();
    throw cause;
  }
}

/** A short file of an archive as text. @throws ComponentError `invalid` when it is longer than `limit` bytes or not there */
export async function readEntry(
  { file, entries }: ArchiveEntries,
  entry: string,
  { name, limit }: { readonly name: string; readonly limit: number },
): Promise<Uint8Array> {
  const place = entries.get(entry);
  if (place === undefined) throw new ComponentError("invalid", `${name} has no file ${entry}`);
  if (place.size > limit) throw new ComponentError("invalid", `${name}: its file ${entry} has more than ${limit} bytes`);
  return await collect(readPart(file, place));
}
