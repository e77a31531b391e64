import type { DigestAlgorithm } from "../../oci/digest.ts";
import type { HashPlacement } from "./hash-placement.ts";
import type { HashStarter, ThreadHash } from "./hash-thread.ts";

/** Bytes that are hashed in this thread in any case: they take less than to start elsewhere. */
const FEW = 512 * 1024;

/** Bytes after which the worker is told how far the file is written: each message wakes it up. */
const STEP = 1024 * 1024;

/** Bytes that the worker may be behind: whoever waits for the digest waits for as many at most. */
const BEHIND = 16 * STEP;

export interface HashContext {
  readonly placement: HashPlacement;
  readonly thread: HashStarter;
}

/** The hash of the first `size` bytes of an upload's file: in this thread, or in the worker, which reads what was just written. */
export class RunningHash {
  readonly algorithm: DigestAlgorithm;
  readonly #path: string;
  readonly #context: HashContext;
  #hasher: Bun.CryptoHasher | undefined;
  #remote: ThreadHash | undefined;
  #entered = false;
  #size = 0;
  /** Bytes that the worker was told of, and those that it has hashed. */
  #told = 0;
  #hashed = 0;

  /** @param path of the file */
  constructor(algorithm: DigestAlgorithm, path: string, context: HashContext) {
    this.algorithm = algorithm;
    this.#path = path;
    this.#context = context;
    this.#hasher = new Bun.CryptoHasher(algorithm);
  }

  /** Bytes. */
  get size(): number {
    return this.#size;
  }

  /** Takes the next bytes, which are in the file already. What it returns is to be waited for before the next ones. */
  update(bytes: Uint8Array): Promise<void> | undefined {
    const before = this.#size;
    this.#size += bytes.length;
    if (before <= FEW && this.#size > FEW && this.#hasher !== undefined && !this.#context.placement.hasRoomHere()) this.#moveToThread();
    if (this.#remote !== undefined) return this.#follow(this.#remote);
    if (this.#size > FEW && !this.#entered) {
      this.#entered = true;
      this.#context.placement.enter();
    }
    this.#hasher?.update(bytes);
    return undefined;
  }

  /** No bytes come for now. */
  rest(): void {
    if (this.#entered) this.#context.placement.leave();
    this.#entered = false;
  }

  /** Nobody has the file open for now: another process may remove it. */
  release(): void {
    this.#remote?.rest();
  }

  /**
   * Lower-case hex; the hash may go on afterwards.
   * @throws Error when the worker has failed: the file has to be read again
   */
  async digest(): Promise<string> {
    if (this.#remote === undefined) return this.#hasher?.copy().digest("hex") ?? "";
    await this.#tell(this.#remote);
    return this.#remote.digest();
  }

  discard(): void {
    this.rest();
    this.#remote?.discard();
  }

  /** The worker reads the few bytes so far again. */
  #moveToThread(): void {
    this.#hasher = undefined;
    this.#remote = this.#context.thread.begin(this.algorithm, this.#path);
  }

  #follow(remote: ThreadHash): Promise<void> | undefined {
    if (this.#size - this.#told < STEP) return undefined;
    // Whoever needs the digest finds out when the worker has failed.
    const telling = this.#tell(remote).catch(() => undefined);
    return this.#size - this.#hashed > BEHIND ? telling : undefined;
  }

  async #tell(remote: ThreadHash): Promise<void> {
    const to = this.#size;
    this.#told = to;
    await remote.advance(to);
    this.#hashed = to;
  }
}
