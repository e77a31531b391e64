import { workerUrl } from "../../worker-url.ts";
import { MetadataStoreError } from "../metadata/error.ts";
import { othersTurn } from "../others-turn.ts";
import { receiveError, type WriterCall, type WriterOutcome, type WriterReply, type WriterRequest } from "./writer-protocol.ts";

/** Milliseconds after which a call is given up, the time in the queue included. */
const CALL_LIMIT = 30_000;

/** Calls in one transaction at most, so that none waits long for the others. */
const BATCH_LIMIT = 256;

export interface WriterOptions {
  /** Settles when the file may be opened: the thread starts meanwhile. */
  readonly ready?: Promise<void>;
  /** Processes that share the memory meant for one; default 1. */
  readonly processes?: number;
  /** Milliseconds after which a call is given up. */
  readonly limit?: number;
  /** For tests, which end it. */
  readonly worker?: Worker;
}

interface PendingCall {
  readonly request: WriterCall;
  readonly settle: (outcome: { readonly value: unknown } | { readonly error: Error }) => void;
}

/**
 * The thread that writes, as the main thread sees it. It has one batch at a time; what is called while that is committed
 * makes the next batch. After the thread has failed every call is rejected; a restart of the program finds the database as
 * of its last commit.
 */
export class WriterThread {
  readonly #worker: Worker;
  readonly #limit: number;
  #queue: PendingCall[] = [];
  #running: PendingCall[] = [];
  #draining: Promise<void> | undefined;
  #refusal: MetadataStoreError | undefined;
  #reply: PromiseWithResolvers<WriterReply> | undefined;

  private constructor(worker: Worker, limit: number) {
    this.#worker = worker;
    this.#limit = limit;
    worker.onmessage = ({ data }: MessageEvent<WriterReply>) => this.#reply?.resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(`the thread that writes metadata failed: ${event.message}`);
    };
    worker.addEventListener("close", () => this.#fail("the thread that writes metadata ended"));
  }

  /**
   * Starts the thread, opens the file and brings its schema up to date, however long that takes.
   * @throws MetadataStoreError, and what `ready` throws
   */
  static async open(
    path: string,
    durable: boolean,
    { ready, processes = 1, limit = CALL_LIMIT, worker = startWorker() }: WriterOptions = {},
  ): Promise<WriterThread> {
    const thread = new WriterThread(worker, limit);
    try {
      await ready;
      if (thread.#refusal !== undefined) throw thread.#refusal;
      await answerOf(thread.#ask({ type: "open", path, durable, processes }));
      thread.#worker.unref();
      return thread;
    } catch (error) {
      thread.#worker.terminate();
      throw error;
    }
  }

  /** @throws MetadataStoreError `timeout`, `unavailable`, `closed`; and what the operation throws */
  call(operation: string, parameters: readonly unknown[]): Promise<unknown> {
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const timer = setTimeout(() => {
      this.#queue = this.#queue.filter((waiting) => waiting !== call);
      reject(new MetadataStoreError("timeout", `the metadata database gave no answer to ${operation} within ${this.#limit / 1000} s`));
    }, this.#limit);
    const call: PendingCall = {
      request: { operation, parameters },
      settle: (outcome) => {
        clearTimeout(timer);
        if ("error" in outcome) reject(outcome.error);
        else resolve(outcome.value);
      },
    };
    this.#queue.push(call);
    this.#draining ??= this.#drain();
    return promise;
  }

  /** Ends the thread after what was called before. */
  async close(): Promise<void> {
    if (this.#refusal !== undefined) return;
    this.#refusal = new MetadataStoreError("closed", "the metadata store is closed");
    this.#worker.ref();
    try {
      await withLimit(this.#draining ?? Promise.resolve(), this.#limit);
      await answerOf(withLimit(this.#ask({ type: "close" }), this.#limit));
    } finally {
      this.#worker.terminate();
    }
  }

  async #drain(): Promise<void> {
    this.#worker.ref();
    // What is called in the same turn of the event loop goes in the same transaction.
    await othersTurn();
    while (this.#queue.length > 0) {
      this.#running = this.#queue.splice(0, BATCH_LIMIT);
      try {
        const { outcomes } = await this.#ask({ type: "batch", calls: this.#running.map((call) => call.request) });
        this.#running.forEach((call, index) => {
          call.settle(received(outcomes[index]));
        });
      } catch (error) {
        for (const call of this.#running) call.settle({ error: toError(error) });
      }
    }
    this.#running = [];
    this.#draining = undefined;
    this.#worker.unref();
  }

  #ask(request: WriterRequest): Promise<WriterReply> {
    this.#reply = Promise.withResolvers<WriterReply>();
    this.#worker.postMessage(request);
    return this.#reply.promise;
  }

  #fail(message: string): void {
    this.#refusal ??= new MetadataStoreError("unavailable", `${message}: restart the program`);
    const refusal = this.#refusal;
    for (const call of this.#queue.splice(0)) call.settle({ error: refusal });
    this.#reply?.reject(refusal);
    this.#worker.terminate();
  }
}

/** The file of the worker, as a further entry point of the standalone executable. */
export function startWorker(): Worker {
  return new Worker(workerUrl("storage/sqlite/writer.worker.ts"), { smol: true });
}

async function answerOf(reply: Promise<WriterReply>): Promise<void> {
  const outcome = received((await reply).outcomes[0]);
  if ("error" in outcome) throw outcome.error;
}

function received(outcome: WriterOutcome | undefined): { readonly value: unknown } | { readonly error: Error } {
  if (outcome === undefined) return { error: new MetadataStoreError("unavailable", "the thread that writes metadata gave no outcome") };
  return outcome.ok ? { value: outcome.value } : { error: receiveError(outcome.error) };
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

async function withLimit<T>(promise: Promise<T>, limit: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new MetadataStoreError("timeout", `the metadata database gave no answer within ${limit / 1000} s`)), limit);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
