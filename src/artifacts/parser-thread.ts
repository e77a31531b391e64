import { workerUrl } from "../worker-url.ts";
import type { ExtractorId } from "./artifact-type.ts";
import type { Content } from "./extractor.ts";
import { FactCollector } from "./fact-collector.ts";
import { PARSE_TIME_LIMIT } from "./limits.ts";
import type { ParsedContent } from "./parse-content.ts";

/** Content is not read now, as others wait: what it says can be read later. */
export class ParserBusyError extends Error {
  constructor() {
    super("others wait for their content to be read; this one is read later");
    this.name = "ParserBusyError";
  }
}

export interface ParseRequest {
  readonly request: number;
  readonly extractor: ExtractorId;
  readonly content: Content;
}

/** Two for each request: that it came, and what the content says. */
export interface ParseReply {
  readonly request: number;
  /** Undefined: reading begins now. */
  readonly parsed?: ParsedContent;
}

/** Milliseconds without work after which the thread ends and its memory is free. */
const IDLE_LIMIT = 10_000;

/**
 * A thread that reads large or costly content, one piece at a time, so that what waits need not be in memory. It starts with the first
 * piece, ends when idle, and is replaced when it fails or takes too long.
 */
export class ParserThread {
  readonly #timeLimit: number;
  #worker: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #requests = 0;
  #idle: ReturnType<typeof setTimeout> | undefined;
  /** Of the content at hand. */
  #begun: number | undefined;
  #abandon: (() => void) | undefined;

  /** @param timeLimit milliseconds for one piece of content */
  constructor(timeLimit: number = PARSE_TIME_LIMIT) {
    this.#timeLimit = timeLimit;
  }

  /**
   * Reads content when those who asked before have been served.
   * @param load fetches the content; its failure is passed on, and undefined ends the turn
   * @throws ParserBusyError when it was given up
   */
  run(extractor: ExtractorId, load: () => Promise<Content | undefined>): Promise<ParsedContent | undefined> {
    const turn = this.#last.then(async () => {
      const content = await load();
      return content === undefined ? undefined : await this.#parse(extractor, content);
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Milliseconds that the content at hand has been read for; 0 when there is none, or the thread has not begun with it. */
  get readingFor(): number {
    return this.#begun === undefined ? 0 : performance.now() - this.#begun;
  }

  /** Gives up the content at hand: whoever asked for it is told so. */
  giveUp(): void {
    this.#abandon?.();
  }

  /** Ends the thread; the next piece starts another. */
  end(): void {
    clearTimeout(this.#idle);
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  async #parse(extractor: ExtractorId, content: Content): Promise<ParsedContent> {
    const { promise, resolve, reject } = Promise.withResolvers<ParsedContent>();
    const request = ++this.#requests;
    const fail = (problem: string, tooLong = false) => {
      this.end();
      resolve({ findings: new FactCollector().findings(), problem, ...(tooLong && { tooLong }) });
    };
    clearTimeout(this.#idle);
    const worker = this.#start();
    worker.onmessage = ({ data }: MessageEvent<ParseReply>) => {
      if (data.request !== request) return;
      if (data.parsed === undefined) this.#begun = performance.now();
      else resolve(data.parsed);
    };
    this.#abandon = () => {
      this.end();
      reject(new ParserBusyError());
    };
    worker.onerror = (event) => {
      event.preventDefault();
      fail("the content of the artifact cannot be read: its reader failed");
    };
    // Not unref: the process has to live until there is an answer.
    const limit = setTimeout(() => fail(`reading the content of the artifact took longer than ${this.#timeLimit / 1000} s`, true), this.#timeLimit);
    worker.postMessage({ request, extractor, content } satisfies ParseRequest);
    try {
      return await promise;
    } finally {
      clearTimeout(limit);
      this.#begun = undefined;
      this.#abandon = undefined;
      this.#rest();
    }
  }

  #start(): Worker {
    if (this.#worker === undefined) {
      this.#worker = new Worker(workerUrl("artifacts/parse.worker.ts"), { smol: true });
      this.#worker.unref();
    }
    return this.#worker;
  }

  #rest(): void {
    this.#idle = setTimeout(() => this.end(), IDLE_LIMIT);
    this.#idle.unref();
  }
}
