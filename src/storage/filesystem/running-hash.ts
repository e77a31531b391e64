import type { DigestAlgorithm } from "../../oci/digest.ts";
import type { OpenFile } from "./file-layer.ts";
import type { HashStarter, ThreadHash } from "./hash-thread.ts";
import { SLOT_SIZE, type Slots } from "./slots.ts";

/** The hash of an upload's first `size` bytes: in this thread while they are few, in the hash worker from then on. */
export class RunningHash {
  readonly algorithm: DigestAlgorithm;
  /** Bytes hashed, or on their way to the worker. */
  size = 0;
  #inline: Bun.CryptoHasher | undefined;
  #remote: ThreadHash | undefined;

  constructor(algorithm: DigestAlgorithm) {
    this.algorithm = algorithm;
    this.#inline = new Bun.CryptoHasher(algorithm);
  }

  get isRemote(): boolean {
    return this.#remote !== undefined;
  }

  /** True when `length` more bytes are too many for this thread. */
  outgrows(length: number): boolean {
    return this.#remote === undefined && this.size + length > SLOT_SIZE;
  }

  /** Hands the hash over to the worker, which reads the few bytes so far from the file again. */
  async moveToThread(thread: HashStarter, file: OpenFile, slots: Slots): Promise<void> {
    const remote = thread.begin(this.algorithm);
    await eachSlot(file, this.size, slots, (buffer, length) => remote.update(buffer, length));
    this.#inline = undefined;
    this.#remote = remote;
  }

  /** Calls must not wait for one another: the order of the calls is the order of the bytes. */
  update(bytes: Uint8Array): Promise<void> | undefined {
    this.size += bytes.length;
    this.#inline?.update(bytes);
    if (this.#remote === undefined) return undefined;
    if (!(bytes.buffer instanceof SharedArrayBuffer) || bytes.byteOffset !== 0) throw new TypeError("the hash worker takes slots only");
    return this.#remote.update(bytes.buffer, bytes.length);
  }

  /** Lower-case hex; the hash may go on afterwards. */
  digest(): Promise<string> | string {
    return this.#remote?.digest() ?? this.#inline?.copy().digest("hex") ?? "";
  }

  discard(): void {
    this.#remote?.discard();
  }
}

/** Hashes the first `size` bytes of a file: in the worker, or in this thread between reads when the worker fails. */
export async function hashFile(file: OpenFile, size: number, algorithm: DigestAlgorithm, thread: HashStarter, slots: Slots): Promise<string> {
  if (size > SLOT_SIZE) {
    try {
      const remote = thread.begin(algorithm);
      await eachSlot(file, size, slots, (buffer, length) => remote.update(buffer, length));
      const hex = await remote.digest();
      remote.discard();
      return hex;
    } catch {
      // A failed read fails below once more, and a failed worker is not needed there.
    }
  }
  const hasher = new Bun.CryptoHasher(algorithm);
  await eachSlot(file, size, slots, async (buffer, length) => {
    hasher.update(new Uint8Array(buffer, 0, length));
  });
  return hasher.digest("hex");
}

async function eachSlot(file: OpenFile, size: number, slots: Slots, use: (buffer: SharedArrayBuffer, length: number) => Promise<void>): Promise<void> {
  const slot = slots.take();
  for (let position = 0; position < size; ) {
    const length = await file.read(slot.bytes.subarray(0, Math.min(SLOT_SIZE, size - position)), position);
    if (length === 0) throw new Error(`a file ended at ${position} of ${size} bytes while it was read`);
    await use(slot.buffer, length);
    position += length;
  }
  slots.give(slot);
}
