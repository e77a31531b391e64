import { sourceWorkerUrl } from "../worker-url.ts";
import type { ExtractorId } from "./artifact-type.ts";
import type { Content } from "./extractor.ts";
import { FactCollector } from "./fact-collector.ts";
import { PARSE_TIME_LIMIT } from "./limits.ts";
import type { ParsedContent } from "./parse-content.ts";

export interface ParseRequest {
  readonly request: number;
  readonly extractor: ExtractorId;
  readonly content: Content;
}

export interface ParseReply {
  readonly request: number;
  readonly parsed: ParsedContent;
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

  /** @param timeLimit milliseconds for one piece of content */
  constructor(timeLimit: number = PARSE_TIME_LIMIT) {
    this.#timeLimit = timeLimit;
  }

  /**
   * Reads content when those who asked before have been served.
   * @param load fetches the content; its failure is passed on, and undefined ends the turn
   */
  run(extractor: ExtractorId, load: () => Promise<Content | undefined>): Promise<ParsedContent | undefined> {
    const turn = this.#last.then(async () => {
      const content = await load();
      return content === undefined ? undefined : await this.#parse(extractor, content);
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Ends the thread; the next piece starts another. */
  end(): void {
    clearTimeout(this.#idle);
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  async #parse(extractor: ExtractorId, content: Content): Promise<ParsedContent> {
    const { promise, resolve } = Promise.withResolvers<ParsedContent>();
    const request = ++this.#requests;
    const fail = (problem: string) => {
      this.end();
      resolve({ findings: new FactCollector().findings(), problem });
    };
    clearTimeout(this.#idle);
    const worker = this.#start();
    worker.onmessage = ({ data }: MessageEvent<ParseReply>) => {
      if (data.request === request) resolve(data.parsed);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      fail("the content of the artifact cannot be read: its reader failed");
    };
    // Not unref: the process has to live until there is an answer.
    const limit = setTimeout(() => fail(`reading the content of the artifact took longer than ${this.#timeLimit / 1000} s`), this.#timeLimit);
    worker.postMessage({ request, extractor, content } satisfies ParseRequest);
    const parsed = await promise;
    clearTimeout(limit);
    this.#rest();
    return parsed;
  }

  #start(): Worker {
    if (this.#worker === undefined) {
      this.#worker = new Worker(sourceWorkerUrl("artifacts/parse.worker.ts"), { smol: true });
      this.#worker.unref();
    }
    return this.#worker;
  }

  #rest(): void {
    this.#idle = setTimeout(() => this.end(), IDLE_LIMIT);
    this.#idle.unref();
  }
}
