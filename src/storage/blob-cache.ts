/** Bytes of small blobs, those used last, up to a number of bytes in all. */
export class BlobCache<Key extends string> {
  readonly #entries = new Map<Key, Uint8Array<ArrayBuffer>>();
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

  get(key: Key): Uint8Array<ArrayBuffer> | undefined {
    const bytes = this.#entries.get(key);
    if (bytes === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, bytes);
    return bytes;
  }

  add(key: Key, bytes: Uint8Array<ArrayBuffer>): void {
    if (bytes.length > this.#capacity) return;
    this.#drop(key);
    this.#entries.set(key, bytes);
    this.#size += cost(bytes);
    for (const oldest of this.#entries.keys()) {
      if (this.#size <= this.#capacity) break;
      this.#drop(oldest);
    }
  }

  remove(key: Key): void {
    this.#removals++;
    this.#drop(key);
  }

  #drop(key: Key): void {
    const bytes = this.#entries.get(key);
    if (bytes === undefined) return;
    this.#entries.delete(key);
    this.#size -= cost(bytes);
  }
}

/** An entry is counted with what the map and the key take, so that many tiny blobs stay bounded too. */
function cost(bytes: Uint8Array): number {
  return bytes.byteLength + 256;
}
