import type { DigestAlgorithm } from "../../oci/digest.ts";
import type { OpenFile } from "./file-layer.ts";
import type { HashStarter } from "./hash-thread.ts";

/** Bytes of a file up to which it is hashed in this thread. */
const FEW = 512 * 1024;

/** Bytes of one read in this thread. */
const PIECE = 256 * 1024;

/** Bytes that the worker hashes before it answers: it must not seem to have failed on a slow disk. */
const STRIDE = 16 * 1024 * 1024;

export interface WrittenFile {
  readonly path: string;
  readonly file: OpenFile;
  /** Bytes; nobody changes them meanwhile. */
  readonly size: number;
}

/** Hashes a file, as lower-case hex: in the worker, or in this thread between reads when it is small or the worker fails. */
export async function hashFile({ path, file, size }: WrittenFile, algorithm: DigestAlgorithm, thread: HashStarter): Promise<string> {
  if (size > FEW) {
    const remote = thread.begin(algorithm, path);
    try {
      for (let to = 0; to < size; ) {
        to = Math.min(to + STRIDE, size);
        await remote.advance(to);
      }
      return await remote.digest();
    } catch {
      // A failed read fails below once more, and a failed worker is not needed there.
    } finally {
      remote.discard();
    }
  }
  const hasher = new Bun.CryptoHasher(algorithm);
  const buffer = new Uint8Array(Math.min(PIECE, size));
  for (let position = 0; position < size; ) {
    const length = await file.read(buffer.subarray(0, size - position), position);
    if (length === 0) throw new Error(`a file ended at ${position} of ${size} bytes while it was read`);
    hasher.update(buffer.subarray(0, length));
    position += length;
  }
  return hasher.digest("hex");
}
