/** A set of small integers from 0, a bit for each up to the largest. */
export interface Bitmap {
  has(value: number): boolean;
  add(value: number): void;
}

/** Bits at first. */
const FIRST = 2 ** 16;

export function createBitmap(): Bitmap {
  let bytes = new Uint8Array(FIRST / 8);
  return {
    has: (value) => ((bytes[value >>> 3] ?? 0) & (1 << (value & 7))) !== 0,
    add(value) {
      const at = value >>> 3;
      if (at >= bytes.length) {
        const larger = new Uint8Array(Math.max(bytes.length * 2, at + 1));
        larger.set(bytes);
        bytes = larger;
      }
      bytes[at] = (bytes[at] ?? 0) | (1 << (value & 7));
    },
  };
}
