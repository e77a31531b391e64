import { othersTurn } from "../others-turn.ts";
import { refusal } from "./errors.ts";
import type { CommitResult, SmallBlob } from "./small-blobs.ts";

/** Bytes of one batch. */
const BATCH = 4 * 1024 * 1024;

/** Puts batches of small content to their places; called again only when the call before has ended. */
export interface CommitBackend {
  commit(blobs: readonly SmallBlob[]): Promise<readonly CommitResult[]>;
  close(): Promise<void>;
}

interface Waiting {
  readonly blob: SmallBlob;
  readonly resolve: (committed: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** Gathers what is committed while a batch is on its way into the next one, so that all of it shares one sync. */
export class GroupCommit {
  readonly #backend: CommitBackend;
  #queue: Waiting[] = [];
  #running: Promise<void> | undefined;

  constructor(backend: CommitBackend) {
    this.#backend = backend;
  }

  /**
   * Resolves when the content is in its place, durably where asked. False when its staged file was gone.
   * @throws ContentStoreError `no-space`
   */
  commit(blob: SmallBlob): Promise<boolean> {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    this.#queue.push({ blob, resolve, reject });
    this.#running ??= this.#run();
    return promise;
  }

  async close(): Promise<void> {
    await this.#running;
    await this.#backend.close();
  }

  async #run(): Promise<void> {
    // Whoever asks in the same turn of the event loop belongs to the first batch.
    await othersTurn();
    while (this.#queue.length > 0) {
      const batch = this.#takeBatch();
      try {
        const results = await this.#backend.commit(batch.map(({ blob }) => blob));
        for (const [index, waiting] of batch.entries()) settle(waiting, results[index]);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#running = undefined;
  }

  #takeBatch(): Waiting[] {
    let size = 0;
    let count = 0;
    for (const { blob } of this.#queue) {
      size += blob.bytes.length;
      if (count > 0 && size > BATCH) break;
      count++;
    }
    return this.#queue.splice(0, count);
  }
}

function settle({ blob, resolve, reject }: Waiting, result: CommitResult | undefined): void {
  if (result === undefined) reject(new Error(`no outcome for ${blob.digest}`));
  else if (result.outcome === "failed") reject(refusal(Object.assign(new Error(result.message), { code: result.code })));
  else resolve(result.outcome === "committed");
}
