import type { Log } from "../log.ts";
import type { FromWorker, ToWorker, WorkerSettings } from "./messages.ts";
import { startWorkerProcess, type WorkerProcess } from "./worker-process.ts";

/** A worker that ends so often within so many milliseconds is not started again. */
const ENDS = 5;
const SPAN = 60_000;

/** Milliseconds from the end of a worker to the next start: the first, doubled each time it ends again within the span. */
const FIRST_WAIT = 100;

export interface SlotOptions {
  /** From 1 on. */
  readonly number: number;
  readonly settings: WorkerSettings;
  readonly log: Log;
  /** Takes what the worker says that runs at this moment. */
  receive(message: FromWorker): void;
  /** Told that a worker has ended, whatever for. */
  ended(): void;
  /** Told why no worker is started any more. */
  gaveUp(why: string): void;
  /** Starts a worker; for tests. */
  readonly start?: typeof startWorkerProcess;
}

/** One of the workers: where it ends, another one takes its place. */
export class WorkerSlot {
  readonly number: number;
  readonly #options: SlotOptions;
  readonly #ready = Promise.withResolvers<void>();
  readonly #ends: number[] = [];
  #current: WorkerProcess | undefined;
  #wait: Timer | undefined;
  #isReady = false;
  #why: string | undefined;
  #stopping = false;

  constructor(options: SlotOptions) {
    this.number = options.number;
    this.#options = options;
    this.#ready.promise.catch(() => undefined);
    this.#start();
  }

  /** Resolves when its first worker accepts connections; rejects when that one ends before. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Whether a worker accepts connections at this moment. */
  get isReady(): boolean {
    return this.#isReady;
  }

  tell(message: ToWorker): void {
    this.#current?.send(message);
  }

  /** Ends the worker: when the requests it has are answered, or is after a time not. */
  async stop(limit: number): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#wait);
    this.tell({ type: "stop" });
    const timer = setTimeout(() => this.kill(), limit);
    await this.#current?.ended;
    clearTimeout(timer);
  }

  kill(): void {
    this.#stopping = true;
    clearTimeout(this.#wait);
    this.#current?.kill();
  }

  #start(): void {
    const { number, settings, log, receive, start = startWorkerProcess } = this.#options;
    const begun = performance.now();
    this.#why = undefined;
    const worker = start(settings, (message) => {
      if (message.type === "ready") {
        this.#isReady = true;
        log.write("info", "a worker is ready", { worker: number, pid: worker.pid, millis: Math.round(performance.now() - begun) });
        this.#ready.resolve();
      } else if (message.type === "failed") this.#why = message.why;
      else if (message.type === "stopped") worker.release();
      receive(message);
    });
    this.#current = worker;
    void worker.ended.then((how) => this.#over(worker, how));
  }

  #over({ pid }: WorkerProcess, how: string): void {
    const { number, log, ended, gaveUp } = this.#options;
    this.#current = undefined;
    this.#isReady = false;
    ended();
    if (this.#stopping) return;
    const why = this.#why ?? how;
    this.#ready.reject(new Error(`a worker could not be started: ${why}`));
    const now = performance.now();
    this.#ends.push(now);
    while (now - (this.#ends[0] ?? now) > SPAN) this.#ends.shift();
    log.write("error", "a worker ended", { worker: number, pid, cause: why });
    if (this.#ends.length >= ENDS) gaveUp(`worker ${number} ended ${ENDS} times within a minute, at last with: ${why}`);
    else this.#wait = setTimeout(() => this.#start(), FIRST_WAIT * 2 ** (this.#ends.length - 1));
  }
}
