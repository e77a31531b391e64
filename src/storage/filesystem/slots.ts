/** Bytes of one write to a file, and of one message to the hash worker. */
export const SLOT_SIZE = 512 * 1024;

/** Slots kept for reuse. */
const KEPT = 16;

/** A buffer that the main thread fills, the system writes and the hash worker reads, without copies between them. */
export interface Slot {
  readonly buffer: SharedArrayBuffer;
  readonly bytes: Uint8Array<SharedArrayBuffer>;
}

/** Slots for reuse, because new memory must be cleared first. */
export class Slots {
  readonly #free: Slot[] = [];

  take(): Slot {
    const slot = this.#free.pop();
    if (slot !== undefined) return slot;
    const buffer = new SharedArrayBuffer(SLOT_SIZE);
    return { buffer, bytes: new Uint8Array(buffer) };
  }

  give(slot: Slot): void {
    if (this.#free.length < KEPT) this.#free.push(slot);
  }
}
