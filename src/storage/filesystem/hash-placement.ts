import { readFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";

/** Uploads that are hashed in this thread at once: one turn of the event loop hashes up to 512 KiB of each, for 0.4 ms. */
const HERE_WHILE_IDLE = 1;
const HERE = 4;

/**
 * Which uploads are hashed in the event loop. It costs least: no other thread has to be woken up, nor to read what was written. But all
 * other requests wait for it meanwhile, which another thread saves them where a processor has nothing else to do.
 */
export class HashPlacement {
  readonly #idle: () => boolean;
  #here = 0;

  /** @param idle whether a processor has nothing to do */
  constructor(idle: () => boolean = aProcessorIsIdle) {
    this.#idle = idle;
  }

  /** Whether one more upload that brings bytes may be hashed here. */
  hasRoomHere(): boolean {
    return this.#here < HERE_WHILE_IDLE || (this.#here < HERE && !this.#idle());
  }

  enter(): void {
    this.#here++;
  }

  leave(): void {
    this.#here--;
  }
}

/** At this moment, where the kernel tells how many threads run or want to (proc(5), `/proc/loadavg`); else over the last minute. */
function aProcessorIsIdle(): boolean {
  return wantToRun() < availableParallelism();
}

function wantToRun(): number {
  try {
    return Number.parseInt(readFileSync("/proc/loadavg", "latin1").split(" ")[3] ?? "", 10);
  } catch {
    return loadavg()[0] ?? 0;
  }
}
