import { RegistryError } from "../oci/errors.ts";
import type { ByteRange } from "../storage/content-store.ts";

/**
 * The part of content that a Range header asks for (RFC 9110, section 14).
 * @param size bytes of the whole
 * @returns undefined when the whole is to be sent: no range, another unit, several ranges, or not understood
 * @throws RegistryError `UNSUPPORTED` (416) when it lies outside the content or ends before it starts
 */
export function parseByteRange(header: string | undefined, size: number): ByteRange | undefined {
  if (header === undefined) return undefined;
  const [, first = "", last = ""] = /^bytes=\s*(\d*)-(\d*)\s*$/.exec(header) ?? [];
  if (first === "" && last === "") return undefined;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (start > end) {
    throw new RegistryError("UNSUPPORTED", `the content has ${size} bytes; the range asked for lies outside`, {
      status: 416,
      headers: { "Content-Range": `bytes */${size}` },
    });
  }
  return { start, end };
}

/**
 * The Content-Range of an upload's chunk: `<start>-<end>`, both inclusive (distribution-spec, "Pushing a blob in chunks").
 * `bytes ` before it and `/<size>` behind it are accepted, as HTTP writes them.
 * @param length the request's Content-Length, if it has one
 * @throws RegistryError `BLOB_UPLOAD_INVALID`, `SIZE_INVALID` when the length is another than the range's
 */
export function parseContentRange(header: string | undefined, length: number | undefined): ByteRange | undefined {
  if (header === undefined) return undefined;
  const [, first, last] = /^(?:bytes[ =])?(\d{1,15})-(\d{1,15})(?:\/(?:\d+|\*))?$/.exec(header) ?? [];
  if (first === undefined || last === undefined || Number(last) < Number(first)) {
    throw new RegistryError("BLOB_UPLOAD_INVALID", `invalid Content-Range '${header.slice(0, 80)}': expected <start>-<end>, both inclusive`);
  }
  const range = { start: Number(first), end: Number(last) };
  const expected = range.end - range.start + 1;
  if (length === undefined || length === expected) return range;
  throw new RegistryError("SIZE_INVALID", `the Content-Length is ${length}, but the Content-Range has ${expected} bytes`);
}
