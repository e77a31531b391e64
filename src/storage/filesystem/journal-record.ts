import { type Digest, digestAlgorithm, digestOf, isDigest } from "../../oci/digest.ts";

/** Content with its digest, as a journal holds it. */
export interface JournalRecord {
  readonly digest: Digest;
  readonly bytes: Uint8Array;
}

/** "OPMJ" in ASCII. */
const MAGIC = 0x4f504d4a;

/** Magic number, length of the digest and length of the bytes: three big-endian 32-bit numbers. */
const HEADER = 12;

/** The records one after another: header, digest in ASCII, bytes. The digest is the checksum as well. */
export function encodeRecords(records: readonly JournalRecord[]): Uint8Array<ArrayBuffer> {
  const size = records.reduce((sum, { digest, bytes }) => sum + HEADER + digest.length + bytes.length, 0);
  const encoded = new Uint8Array(size);
  const view = new DataView(encoded.buffer);
  let position = 0;
  for (const { digest, bytes } of records) {
    view.setUint32(position, MAGIC);
    view.setUint32(position + 4, digest.length);
    view.setUint32(position + 8, bytes.length);
    new TextEncoder().encodeInto(digest, encoded.subarray(position + HEADER));
    encoded.set(bytes, position + HEADER + digest.length);
    position += HEADER + digest.length + bytes.length;
  }
  return encoded;
}

/** The records up to the first that is torn. Nothing behind that was acknowledged, as records are synced in order. */
export function* decodeRecords(encoded: Uint8Array): Iterable<JournalRecord> {
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  for (let position = 0; position + HEADER <= encoded.length; ) {
    if (view.getUint32(position) !== MAGIC) return;
    const start = position + HEADER + view.getUint32(position + 4);
    const end = start + view.getUint32(position + 8);
    if (end > encoded.length) return;
    const digest = new TextDecoder().decode(encoded.subarray(position + HEADER, start));
    const bytes = encoded.subarray(start, end);
    if (!isDigest(digest) || digestOf(bytes, digestAlgorithm(digest)) !== digest) return;
    yield { digest, bytes };
    position = end;
  }
}
