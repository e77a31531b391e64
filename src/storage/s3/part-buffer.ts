/** The bytes that are gathered for a part. Memory is given to it and taken back by whoever has the budget. */
export class PartBuffer {
  #bytes = new Uint8Array(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Bytes of memory. */
  get capacity(): number {
    return this.#bytes.length;
  }

  /** The bytes gathered; valid until the buffer is emptied. */
  get content(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Adds as much of a piece as there is memory for, and returns how much that was. */
  add(piece: Uint8Array): number {
    const taken = Math.min(piece.length, this.#bytes.length - this.#length);
    if (taken === 0) return 0;
    this.#bytes.set(taken === piece.length ? piece : piece.subarray(0, taken), this.#length);
    this.#length += taken;
    return taken;
  }

  grow(more: number): void {
    const grown = new Uint8Array(this.#bytes.length + more);
    grown.set(this.content);
    this.#bytes = grown;
  }

  /** Empties the buffer, which keeps its memory. */
  clear(): void {
    this.#length = 0;
  }

  /** Empties the buffer, and has no memory from now on. */
  detach(): { readonly content: Uint8Array<ArrayBuffer>; readonly capacity: number } {
    const { content, capacity } = this;
    this.#bytes = new Uint8Array(0);
    this.#length = 0;
    return { content, capacity };
  }
}
