import type { ExtractorId } from "./artifact-type.ts";
import type { Content } from "./extractor.ts";
import type { ParsedContent } from "./parse-content.ts";
import { ParserBusyError, ParserThread } from "./parser-thread.ts";

export interface QueueLimits {
  /** Pieces of content that may wait: in all, and of one owner. */
  readonly waiting: number;
  readonly waitingEach: number;
  /** Milliseconds that one waits. */
  readonly patience: number;
  /** Milliseconds that one is read for while others wait. */
  readonly slice: number;
}

const LIMITS: QueueLimits = { waiting: 32, waitingEach: 8, patience: 1000, slice: 300 };

interface Job {
  readonly start: () => Promise<void>;
  readonly refuse: () => void;
  patience?: ReturnType<typeof setTimeout>;
}

/**
 * A parser thread that many share who do not know each other: they take turns, whoever has more waits longer, and what takes long
 * gives way. Nobody waits for long: what cannot be read soon is refused with a `ParserBusyError`.
 */
export class ParserQueue {
  readonly #limits: QueueLimits;
  readonly #thread: ParserThread;
  /** By owner; who is first has the next turn. */
  readonly #jobs = new Map<string, Job[]>();
  #waiting = 0;
  #busy = false;
  #check: ReturnType<typeof setTimeout> | undefined;

  constructor(limits: Partial<QueueLimits> = {}, thread = new ParserThread()) {
    this.#limits = { ...LIMITS, ...limits };
    this.#thread = thread;
  }

  /**
   * Reads content when it is the owner's turn.
   * @param load as of `ParserThread.run`
   * @throws ParserBusyError, and what `load` throws
   */
  run(owner: string, extractor: ExtractorId, load: () => Promise<Content | undefined>): Promise<ParsedContent | undefined> {
    const { waiting, waitingEach, patience } = this.#limits;
    const own = this.#jobs.get(owner) ?? [];
    if (this.#waiting >= waiting || own.length >= waitingEach) return Promise.reject(new ParserBusyError());
    const { promise, resolve, reject } = Promise.withResolvers<ParsedContent | undefined>();
    const job: Job = { start: () => this.#thread.run(extractor, load).then(resolve, reject), refuse: () => reject(new ParserBusyError()) };
    this.#jobs.set(owner, [...own, job]);
    this.#waiting++;
    job.patience = setTimeout(() => this.#lose(owner, job), patience);
    this.#next();
    return promise;
  }

  #next(): void {
    const job = this.#busy ? undefined : this.#take();
    if (job !== undefined) {
      this.#busy = true;
      void job.start().finally(() => {
        this.#busy = false;
        this.#next();
      });
    }
    this.#hurry();
  }

  #take(): Job | undefined {
    const [turn] = this.#jobs;
    if (turn === undefined) return undefined;
    const [owner, [job, ...rest]] = turn;
    // The owner's next turn comes after those of all others.
    this.#jobs.delete(owner);
    if (rest.length > 0) this.#jobs.set(owner, rest);
    this.#waiting--;
    clearTimeout(job?.patience);
    return job;
  }

  #lose(owner: string, job: Job): void {
    const rest = (this.#jobs.get(owner) ?? []).filter((other) => other !== job);
    if (rest.length > 0) this.#jobs.set(owner, rest);
    else this.#jobs.delete(owner);
    this.#waiting--;
    job.refuse();
  }

  /** Takes the thread from what has been read for its time, while others wait. */
  #hurry(): void {
    clearTimeout(this.#check);
    if (!this.#busy || this.#waiting === 0) return;
    const left = this.#limits.slice - this.#thread.readingFor;
    if (left <= 0) this.#thread.giveUp();
    else this.#check = setTimeout(() => this.#hurry(), left);
  }
}
