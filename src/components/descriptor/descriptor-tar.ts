import { BLOCK, formatTarHeader, padding, parseTarHeader } from "../../client/content/tar-header.ts";
import { ComponentError } from "../component-error.ts";

/** The one file that counts in the archive of a descriptor, and in a component archive. */
export const DESCRIPTOR_FILE = "component-descriptor.yaml";

/** The descriptor in a tar archive that is in memory; other files are passed over. @throws ComponentError `invalid` */
export function unpackDescriptor(archive: Uint8Array, label: string): Uint8Array {
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const block = archive.subarray(at, at + BLOCK);
    if (block.every((byte) => byte === 0)) break;
    const header = parseTarHeader(block);
    if (header === undefined) throw new ComponentError("invalid", `${label} is not a tar archive, or damaged`);
    const start = at + BLOCK;
    if (start + header.size > archive.length) throw new ComponentError("invalid", `${label} is not whole: it ends in the middle of a file`);
    const isFile = header.type === "0" || header.type === "7";
    if (isFile && header.name.replace(/^(?:\.?\/)+/, "") === DESCRIPTOR_FILE) return archive.subarray(start, start + header.size);
    at = start + header.size + padding(header.size);
  }
  throw new ComponentError("invalid", `${label} has no file ${DESCRIPTOR_FILE}`);
}

/** An archive with nothing but the descriptor. Equal descriptors make equal archives. */
export function packDescriptor(content: Uint8Array): Uint8Array {
  return Buffer.concat([formatTarHeader(DESCRIPTOR_FILE, content.length), content, Buffer.alloc(padding(content.length) + 2 * BLOCK)]);
}
