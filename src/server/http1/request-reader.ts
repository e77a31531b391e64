import type { Wire } from "../transport/wire.ts";
import { HeadReader } from "./head-reader.ts";
import { IncomingBody } from "./incoming-body.ts";
import { MalformedRequest } from "./malformed.ts";
import type { RequestHead } from "./request-head.ts";

/** What came and cannot be read yet, in bytes, before the client is made to wait. */
const HELD = 16 * 1024;

/** Requests of one client that begin in a turn of the event loop. */
const A_TURN = 16;

const NOTHING = Buffer.alloc(0);

/** Whom requests are read for. */
export interface RequestTaker {
  /** A head was read. The body is that of the reader, too, until the next request is read. */
  begin(head: RequestHead, body: IncomingBody): void;
  /** Some of a head has come, and not all. */
  headBegun(): void;
  /** More of the body is wanted, or less. */
  bodyChanged(): void;
  /** The body was read to its end. */
  bodyOver(): void;
  /** What came is no request, or no body. It was dropped. */
  malformed(error: MalformedRequest): void;
  /** All that came was read, and no more will come. It may be told so more than once. */
  inputOver(): void;
}

/**
 * Reads the requests out of what comes on a connection: the head of one, its body as far as somebody wants it, and the next head once it
 * is asked to. A client that sends more than that is made to wait.
 */
export class RequestReader {
  readonly #taker: RequestTaker;
  readonly #wire: Pick<Wire, "pause" | "resume">;
  readonly #heads: HeadReader;
  /** What came and was not read yet, from `#at` on. */
  #input: Buffer = NOTHING;
  #at = 0;
  /** Whether some of it is in use elsewhere. */
  #isLent = false;
  #isEnded = false;
  #isOff = false;
  #isPaused = false;
  #isAdvancing = false;
  /** Requests of this turn. */
  #begun = 0;
  #body: IncomingBody | undefined;

  /** @param headerSize bytes of a head */
  constructor(taker: RequestTaker, wire: Pick<Wire, "pause" | "resume">, headerSize: number) {
    this.#taker = taker;
    this.#wire = wire;
    this.#heads = new HeadReader(headerSize);
  }

  /** Of the request that was read last; undefined when the next one is read. */
  get body(): IncomingBody | undefined {
    return this.#body;
  }

  /** Whether some of a head is there, and not all. */
  get inHead(): boolean {
    return this.#heads.begun;
  }

  /** Whether all that came was read. */
  get isEmpty(): boolean {
    return this.#at >= this.#input.length;
  }

  /** Whether the client has ended its half. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** @returns as `WireUser.data` */
  data(bytes: Buffer): boolean {
    if (this.#isOff) return true;
    this.#input = this.isEmpty ? bytes : Buffer.concat([this.#input.subarray(this.#at), bytes]);
    this.#at = 0;
    if (this.#begun < A_TURN) this.#begun = 0;
    this.#isLent = false;
    this.advance();
    return this.#input !== bytes && !this.#isLent;
  }

  /** The client has ended its half. */
  end(): void {
    this.#isEnded = true;
    this.advance();
  }

  /** Reads the next request. */
  next(): void {
    this.#body = undefined;
  }

  /** Reads nothing any more, and lets the client go on. */
  stop(): void {
    this.#isOff = true;
    this.#input = NOTHING;
    this.#at = 0;
    this.#body = undefined;
    this.#steer();
  }

  /** The connection is over. */
  closed(): void {
    // nothing is asked of its wire any more
    this.#isPaused = false;
    this.stop();
  }

  /** Reads what can be read of what is there. */
  advance(): void {
    if (this.#isAdvancing || this.#isOff) return;
    this.#isAdvancing = true;
    try {
      while (!this.isEmpty && this.#readOn());
    } catch (error) {
      if (!(error instanceof MalformedRequest)) throw error;
      this.#at = this.#input.length;
      this.#taker.malformed(error);
    } finally {
      this.#isAdvancing = false;
    }
    if (this.isEmpty) {
      this.#input = NOTHING;
      this.#at = 0;
      if (this.#isEnded) this.#taker.inputOver();
    }
    this.#steer();
  }

  /** @returns whether the rest may be readable, too */
  #readOn(): boolean {
    return this.#body === undefined ? this.#readHead() : this.#readBody(this.#body);
  }

  #readHead(): boolean {
    if (this.#begun >= A_TURN) return this.#waitForTurn();
    const { begun } = this.#heads;
    const head = this.#heads.read(this.#input, this.#at);
    this.#at = this.#heads.taken;
    if (head !== undefined) this.#begin(head);
    else if (!begun) this.#taker.headBegun();
    return head !== undefined;
  }

  #begin(head: RequestHead): void {
    this.#begun++;
    const body = new IncomingBody(head.framing, () => {
      this.#taker.bodyChanged();
      this.advance();
    });
    this.#body = body;
    this.#taker.begin(head, body);
  }

  #readBody(body: IncomingBody): boolean {
    if (body.over || !body.wanted) return false;
    try {
      this.#at = body.take(this.#input, this.#at);
    } finally {
      // What came before something malformed may still be in use.
      this.#isLent ||= body.lent;
    }
    if (body.over) this.#taker.bodyOver();
    return true;
  }

  /** Others get their turn before the next of the requests that are here. */
  #waitForTurn(): false {
    if (this.#begun === A_TURN) {
      this.#begun++;
      setImmediate(() => {
        this.#begun = 0;
        this.advance();
      });
    }
    return false;
  }

  /** Makes the client wait, or go on. */
  #steer(): void {
    const isFull = this.#input.length - this.#at > HELD || this.#body?.full === true;
    if (isFull === this.#isPaused) return;
    this.#isPaused = isFull;
    if (isFull) this.#wire.pause();
    else this.#wire.resume();
  }
}
