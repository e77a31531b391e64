import { workerUrl } from "../../worker-url.ts";

interface Waiting<Reply> {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A worker that is asked by messages with a `request` number, each answered by one message with the same number. When it
 * fails, or answers nothing for too long, everything that waits for it is rejected. It does not keep the process alive
 * while nobody waits.
 */
export class WorkerClient<Reply extends { readonly request: number }> {
  readonly #worker: Worker;
  readonly #name: string;
  readonly #answerLimit: number;
  readonly #waiting = new Map<number, Waiting<Reply>>();
  #requests = 0;
  #answered = 0;
  #watch: ReturnType<typeof setInterval> | undefined;
  #failure: Error | undefined;

  /**
   * @param name of the file below this folder, without `.worker.ts`
   * @param answerLimit milliseconds
   */
  constructor(name: string, answerLimit: number) {
    this.#name = name;
    this.#answerLimit = answerLimit;
    this.#worker = new Worker(workerUrl(`storage/filesystem/${name}.worker.ts`), { smol: true });
    this.#worker.unref();
    this.#worker.onmessage = ({ data }: MessageEvent<Reply>) => this.#settle(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.fail(new Error(`the ${name} worker failed: ${event.message}`));
    };
    this.#worker.addEventListener("close", () => this.fail(new Error(`the ${name} worker ended`)));
  }

  /** True once it has failed or was ended: every question is rejected. */
  get ended(): boolean {
    return this.#failure !== undefined;
  }

  ask(message: (request: number) => unknown): Promise<Reply> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const request = ++this.#requests;
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    if (this.#waiting.size === 0) this.#wake();
    this.#waiting.set(request, { resolve, reject });
    this.#worker.postMessage(message(request));
    return promise;
  }

  tell(message: unknown): void {
    if (this.#failure === undefined) this.#worker.postMessage(message);
  }

  /** Ends the worker; whoever waits gets the error. */
  fail(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#rest();
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #settle(reply: Reply): void {
    this.#answered++;
    const waiting = this.#waiting.get(reply.request);
    this.#waiting.delete(reply.request);
    if (this.#waiting.size === 0) this.#rest();
    waiting?.resolve(reply);
  }

  #wake(): void {
    this.#worker.ref();
    this.#watch ??= this.#startWatch();
  }

  /** The watch outlives short rests, which come by the thousand a second. */
  #startWatch(): ReturnType<typeof setInterval> {
    let seen = this.#answered;
    const watch = setInterval(() => {
      if (this.#waiting.size === 0) {
        clearInterval(watch);
        this.#watch = undefined;
      } else if (this.#answered === seen) {
        this.fail(new Error(`the ${this.#name} worker gave no answer for ${this.#answerLimit / 1000} s`));
      }
      seen = this.#answered;
    }, this.#answerLimit);
    watch.unref();
    return watch;
  }

  #rest(): void {
    this.#worker.unref();
    if (this.#failure !== undefined) clearInterval(this.#watch);
  }
}
