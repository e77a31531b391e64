/** Bytes of a header, and what contents are filled up to (POSIX.1-2001, "ustar Interchange Format"). */
export const BLOCK = 512;

/** What a header says of its entry. */
export interface TarHeader {
  readonly name: string;
  /** Bytes of content after the header. */
  readonly size: number;
  /** The type flag, e.g. `0` for a regular file. */
  readonly type: string;
  /** Permissions. */
  readonly mode: number;
  /** What a link leads to. */
  readonly target: string;
}

const decoder = new TextDecoder();

/** Parses a header; undefined when its checksum or a number in it is wrong. */
export function parseTarHeader(block: Uint8Array): TarHeader | undefined {
  const size = number(block.subarray(124, 136));
  const declared = number(block.subarray(148, 156));
  if (size === undefined || declared !== checksum(block)) return undefined;
  const isUstar = text(block.subarray(257, 262)) === "ustar";
  const prefix = isUstar ? text(block.subarray(345, 500)) : "";
  const name = text(block.subarray(0, 100));
  const mode = number(block.subarray(100, 108)) ?? 0o644;
  const target = text(block.subarray(157, 257));
  return { name: prefix === "" ? name : `${prefix}/${name}`, size, type: String.fromCharCode(block[156] || 0x30), mode, target };
}

/** The header of a regular file. @param name at most 255 bytes, of which the last 100 follow a `/`, as all names of a layout do */
export function formatTarHeader(name: string, size: number): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  const slash = name.length <= 100 ? -1 : name.lastIndexOf("/", 155);
  block.write(name.slice(slash + 1), 0, 100, "latin1");
  block.write("0000644\0", 100, "latin1");
  block.write("0000000\0", 108, "latin1");
  block.write("0000000\0", 116, "latin1");
  writeSize(block, size);
  block.write("00000000000\0", 136, "latin1");
  block.write("0", 156, "latin1");
  block.write("ustar\x0000", 257, "latin1");
  if (slash > 0) block.write(name.slice(0, slash), 345, 155, "latin1");
  return withChecksum(block);
}

/** The header of a folder. @param name at most 100 bytes, `/` at its end */
export function formatTarFolder(name: string): Uint8Array {
  const block = Buffer.from(formatTarHeader(name, 0));
  block.write("0000755\0", 100, "latin1");
  block.write("5", 156, "latin1");
  return withChecksum(block);
}

function withChecksum(block: Buffer): Buffer {
  block.write(`${checksum(block).toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

/** Bytes up to the next block. */
export function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

/** The records of a pax header: `<length> <name>=<value>\n`. Undefined when they are malformed. */
export function parsePaxRecords(bytes: Uint8Array): ReadonlyMap<string, string> | undefined {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const length = space < 0 ? Number.NaN : Number(decoder.decode(bytes.subarray(at, space)));
    if (!Number.isSafeInteger(length) || length <= space - at || at + length > bytes.length) return undefined;
    const record = decoder.decode(bytes.subarray(space + 1, at + length - 1));
    const equals = record.indexOf("=");
    if (equals < 1) return undefined;
    records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return records;
}

/** Sizes from 8 GiB on are binary (GNU tar, "base-256"). */
function writeSize(block: Buffer, size: number): void {
  if (size < 0o100_000_000_000) {
    block.write(`${size.toString(8).padStart(11, "0")}\0`, 124, "latin1");
    return;
  }
  block[124] = 0x80;
  block.writeBigUInt64BE(BigInt(size), 128);
}

function number(field: Uint8Array): number | undefined {
  if (((field[0] ?? 0) & 0x80) !== 0) {
    const bytes = [(field[0] ?? 0) & 0x7f, ...field.subarray(1)];
    const value = bytes.reduce((total, byte) => total * 256 + byte, 0);
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const digits = text(field).trim();
  return /^[0-7]{0,12}$/.test(digits) ? Number.parseInt(digits || "0", 8) : undefined;
}

/** The sum of the header's bytes, the checksum itself taken as spaces. */
function checksum(block: Uint8Array): number {
  return block.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
}

function text(field: Uint8Array): string {
  const end = field.indexOf(0);
  return decoder.decode(end < 0 ? field : field.subarray(0, end));
}
