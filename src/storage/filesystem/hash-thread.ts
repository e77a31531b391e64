import type { DigestAlgorithm } from "../../oci/digest.ts";
import { workerUrl } from "../worker-url.ts";
import type { HashReply, HashRequest } from "./hash-protocol.ts";

/** Milliseconds after which a worker that does not answer counts as failed. It hashes 256 KiB in under one. */
const ANSWER_LIMIT = 30_000;

interface Waiting {
  readonly resolve: (reply: HashReply) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The hash worker as the main thread sees it. It starts with the first hash. When it fails, everything that waits for it
 * is rejected, and the next hash starts another.
 */
export class HashThread {
  #worker: Worker | undefined;
  #hashes = 0;
  #requests = 0;
  #waiting = new Map<number, Waiting>();
  #watch: ReturnType<typeof setInterval> | undefined;
  #answered = 0;

  /** Starts a hash. Its methods reject when the worker it began on has failed. */
  begin(algorithm: DigestAlgorithm): ThreadHash {
    const worker = this.#running();
    const hash = ++this.#hashes;
    worker.postMessage({ type: "begin", hash, algorithm } satisfies HashRequest);
    return {
      update: async (buffer, length) => {
        await this.#ask(worker, (request) => ({ type: "update", hash, request, buffer, length }));
      },
      digest: async () => {
        const { hex } = await this.#ask(worker, (request) => ({ type: "digest", hash, request }));
        if (hex === undefined) throw new Error("the hash worker does not know the hash");
        return hex;
      },
      discard: () => {
        if (worker === this.#worker) worker.postMessage({ type: "discard", hash } satisfies HashRequest);
      },
    };
  }

  close(): void {
    this.#fail(new Error("the content store was closed"));
  }

  #running(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(workerUrl("filesystem/hash.worker.ts"));
    worker.unref();
    worker.onmessage = ({ data }: MessageEvent<HashReply>) => this.#settle(data);
    worker.onerror = (event) => {
      event.preventDefault();
      if (worker === this.#worker) this.#fail(new Error(`the hash worker failed: ${event.message}`));
    };
    worker.addEventListener("close", () => {
      if (worker === this.#worker) this.#fail(new Error("the hash worker ended"));
    });
    this.#worker = worker;
    return worker;
  }

  #ask(worker: Worker, message: (request: number) => HashRequest): Promise<HashReply> {
    if (worker !== this.#worker) return Promise.reject(new Error("the hash worker of this hash has ended"));
    const request = ++this.#requests;
    const { promise, resolve, reject } = Promise.withResolvers<HashReply>();
    this.#waiting.set(request, { resolve, reject });
    if (this.#watch === undefined) this.#startWatch();
    worker.ref();
    worker.postMessage(message(request));
    return promise;
  }

  #settle(reply: HashReply): void {
    this.#answered++;
    const waiting = this.#waiting.get(reply.request);
    this.#waiting.delete(reply.request);
    if (this.#waiting.size === 0) this.#rest();
    waiting?.resolve(reply);
  }

  #startWatch(): void {
    let seen = this.#answered;
    this.#watch = setInterval(() => {
      if (this.#answered === seen) this.#fail(new Error(`the hash worker gave no answer for ${ANSWER_LIMIT / 1000} s`));
      seen = this.#answered;
    }, ANSWER_LIMIT);
    this.#watch.unref();
  }

  #rest(): void {
    clearInterval(this.#watch);
    this.#watch = undefined;
    this.#worker?.unref();
  }

  #fail(error: Error): void {
    this.#rest();
    this.#worker?.terminate();
    this.#worker = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }
}

/** A running hash in the worker. The bytes of `buffer` must stay as they are until `update` resolves. */
export interface ThreadHash {
  update(buffer: SharedArrayBuffer, length: number): Promise<void>;
  /** Lower-case hex of all bytes so far; the hash may go on. */
  digest(): Promise<string>;
  discard(): void;
}
