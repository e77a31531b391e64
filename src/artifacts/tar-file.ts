import { ContentError } from "./content-error.ts";

const BLOCK = 512;

/** Entries that are looked at. */
const ENTRY_LIMIT = 1000;

const decoder = new TextDecoder();

/**
 * Finds a regular file in an uncompressed tar archive (POSIX ustar). Leading `/` and `./` of names do not count.
 * @returns a view into the archive
 * @throws ContentError when the archive is damaged or has no such file
 */
export function findTarFile(archive: Uint8Array, name: string, what: string): Uint8Array {
  let at = 0;
  for (let entries = 0; entries < ENTRY_LIMIT && at + BLOCK <= archive.length; entries++) {
    const header = archive.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) break;
    const size = entrySize(header);
    const start = at + BLOCK;
    if (!hasChecksum(header) || size === undefined || start + size > archive.length) throw new ContentError(`${what} is not a valid tar archive`);
    if (isFile(header) && entryName(header).replace(/^(?:\.?\/)+/, "") === name) return archive.subarray(start, start + size);
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  throw new ContentError(`${what} is a tar archive without a file ${name}`);
}

function isFile(header: Uint8Array): boolean {
  return header[156] === 0x30 || header[156] === 0;
}

function entryName(header: Uint8Array): string {
  const prefix = text(header.subarray(345, 500));
  const name = text(header.subarray(0, 100));
  return prefix === "" ? name : `${prefix}/${name}`;
}

/** Bytes; undefined when the field is no octal number. */
function entrySize(header: Uint8Array): number | undefined {
  const field = text(header.subarray(124, 136)).trim();
  return /^[0-7]{1,12}$/.test(field) ? Number.parseInt(field, 8) : undefined;
}

/** The sum of the header's bytes, its own field taken as spaces. */
function hasChecksum(header: Uint8Array): boolean {
  const declared = Number.parseInt(text(header.subarray(148, 156)).trim(), 8);
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
  return sum === declared;
}

function text(field: Uint8Array): string {
  const end = field.indexOf(0);
  return decoder.decode(end < 0 ? field : field.subarray(0, end));
}
