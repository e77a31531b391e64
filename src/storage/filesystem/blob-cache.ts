import type { Digest } from "../../oci/digest.ts";

/** Bytes of small blobs, those used last, up to a number of bytes in all. */
export class BlobCache {
  readonly #entries = new Map<Digest, Uint8Array<ArrayBuffer>>();
  readonly #capacity: number;
  #size = 0;
  #removals = 0;

  /** @param capacity bytes; 0 keeps nothing */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Changes whenever something is removed on purpose: bytes read before that may be stale. */
  get removals(): number {
    return this.#removals;
  }

  get(digest: Digest): Uint8Array<ArrayBuffer> | undefined {
    const bytes = this.#entries.get(digest);
    if (bytes === undefined) return undefined;
    this.#entries.delete(digest);
    this.#entries.set(digest, bytes);
    return bytes;
  }

  add(digest: Digest, bytes: Uint8Array<ArrayBuffer>): void {
    if (bytes.length > this.#capacity) return;
    this.#drop(digest);
    this.#entries.set(digest, bytes);
    this.#size += cost(bytes);
    for (const oldest of this.#entries.keys()) {
      if (this.#size <= this.#capacity) break;
      this.#drop(oldest);
    }
  }

  remove(digest: Digest): void {
    this.#removals++;
    this.#drop(digest);
  }

  #drop(digest: Digest): void {
    const bytes = this.#entries.get(digest);
    if (bytes === undefined) return;
    this.#entries.delete(digest);
    this.#size -= cost(bytes);
  }
}

/** An entry is counted with what the map and the key take, so that many tiny blobs stay bounded too. */
function cost(bytes: Uint8Array): number {
  return bytes.byteLength + 256;
}
