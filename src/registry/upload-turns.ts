import { RegistryError } from "../oci/errors.ts";
import { type ByteSource, watched } from "../storage/byte-source.ts";
import type { UploadId } from "../storage/content-store.ts";
import { takenOver } from "./storage-errors.ts";

/**
 * Milliseconds without a byte after which a request lets another one go on with its upload that does not say at which byte: of two that
 * both bring bytes the first is served.
 */
const SILENCE = 500;

/** Milliseconds between two looks at a request that still brings bytes. */
const LOOK = 25;

/** The request that brings bytes to an upload at this moment. */
class Turn {
  readonly #controller = new AbortController();
  readonly #over = Promise.withResolvers<void>();
  #pieces = 0;
  #lastAt = performance.now();

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Passes a body on, noting when its bytes come. */
  watch(body: ByteSource): ByteSource {
    return watched(body, {
      piece: () => {
        this.#pieces++;
        this.#lastAt = performance.now();
      },
    });
  }

  /** Resolves when nothing has come for so many milliseconds; false when something comes before. */
  async silent(millis: number): Promise<boolean> {
    const before = this.#pieces;
    while (performance.now() - this.#lastAt < millis) {
      await Promise.race([Bun.sleep(LOOK), this.#over.promise]);
      if (this.#pieces !== before) return false;
    }
    return true;
  }

  /** No byte that it still gets is taken. Resolves when all that it took before is where it belongs. */
  async cutOff(why: RegistryError): Promise<void> {
    this.#controller.abort(why);
    await this.#over.promise;
  }

  end(): void {
    this.#over.resolve();
  }
}

export type { Turn };

/** Which requests of this process bring bytes to which uploads: one each. */
export class UploadTurns {
  readonly #turns = new Map<UploadId, Turn>();
  readonly #silence: number;
  readonly #cancelled: (id: UploadId) => void;

  /**
   * @param silence milliseconds after which an older request has fallen silent
   * @param cancelled told of uploads that ended, to which other processes may bring bytes
   */
  constructor(silence = SILENCE, cancelled: (id: UploadId) => void = () => undefined) {
    this.#silence = silence;
    this.#cancelled = cancelled;
  }

  /**
   * Runs `work` as the one request of an upload. An older one, whose connection may have died without a word, is cut off first.
   * @param knowsOffset the request says at which byte it goes on, and that fits; otherwise an older one must have fallen silent
   * @throws RegistryError `BLOB_UPLOAD_INVALID` (416) while another one brings bytes
   */
  async run<T>(id: UploadId, knowsOffset: boolean, work: (turn: Turn) => Promise<T>): Promise<T> {
    await this.clear(id, knowsOffset);
    if (this.#turns.has(id)) throw inUse();
    const turn = new Turn();
    this.#turns.set(id, turn);
    try {
      return await work(turn);
    } finally {
      this.#turns.delete(id);
      turn.end();
    }
  }

  /** Cuts off whoever brings bytes to an upload, on the same conditions. */
  async clear(id: UploadId, knowsOffset: boolean): Promise<void> {
    const older = this.#turns.get(id);
    if (older === undefined) return;
    if (!knowsOffset && !(await older.silent(this.#silence))) throw inUse();
    await older.cutOff(takenOver());
  }

  /** Cuts off whoever brings bytes to an upload that has ended, at other processes as well, if these are told. */
  async cancel(id: UploadId): Promise<void> {
    this.#cancelled(id);
    await this.cancelHere(id);
  }

  /** Cuts off whoever brings bytes at this process to an upload that has ended. */
  async cancelHere(id: UploadId): Promise<void> {
    await this.#turns.get(id)?.cutOff(ended());
  }
}

function inUse(): RegistryError {
  return new RegistryError("BLOB_UPLOAD_INVALID", "another request is appending to this upload; ask for its status and go on from there", { status: 416 });
}

function ended(): RegistryError {
  return new RegistryError("BLOB_UPLOAD_UNKNOWN", "the upload session has ended; start a new one", { headers: { Connection: "close" } });
}
