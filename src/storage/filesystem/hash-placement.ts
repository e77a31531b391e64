import { spareProcessor } from "./spare-processor.ts";

/** Uploads that are hashed in this thread at once: one turn of the event loop hashes up to 512 KiB of each, for 0.4 ms. */
const HERE = 4;

/**
 * Which uploads are hashed in the event loop. It costs least: no other thread has to be woken up, nor to read what was written. But all
 * other requests wait for it meanwhile, and one thread hashes no faster than one processor: where another one has nothing to do, that is
 * where uploads are hashed.
 */
export class HashPlacement {
  readonly #spare: () => boolean;
  #here = 0;

  /** @param spare whether another thread would get a processor */
  constructor(spare: () => boolean = spareProcessor()) {
    this.#spare = spare;
  }

  /** Whether one more upload that brings bytes may be hashed here. */
  hasRoomHere(): boolean {
    return this.#here < HERE && !this.#spare();
  }

  enter(): void {
    this.#here++;
  }

  leave(): void {
    this.#here--;
  }
}
