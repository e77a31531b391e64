import { after } from "../../storage/awaitable.ts";
import { errorReply, toRegistryError } from "../error-reply.ts";
import type { HttpReply } from "../http.ts";
import { DISCARD_LIMIT, KEEP_ALIVE, type ListenerOptions } from "../transport/listener.ts";
import { type Outgoing, prepareReply } from "../transport/outgoing.ts";
import { unsentBytes } from "../transport/send-queue.ts";
import type { Wire, WireUser } from "../transport/wire.ts";
import { warningValues } from "../warning.ts";
import { HeadReader } from "./head-reader.ts";
import { IncomingBody } from "./incoming-body.ts";
import { MalformedRequest, malformedReply } from "./malformed.ts";
import { replyHead } from "./reply-head.ts";
import { Request, type RequestOrigin } from "./request.ts";
import type { RequestHead } from "./request-head.ts";
import { Sender } from "./sender.ts";

/** What came and cannot be read yet, in bytes, before the client is made to wait. */
const HELD = 16 * 1024;

/** Requests of one client that begin in a turn of the event loop. */
const A_TURN = 16;

const NOTHING = Buffer.alloc(0);

const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

export interface ConnectionOptions extends Pick<ListenerOptions, "idle" | "headerTime" | "headerSize" | "handle"> {
  readonly scheme: "http" | "https";
}

/** Whom a connection belongs to. */
export interface Owner {
  readonly options: ConnectionOptions;
  /** No further request is read of any connection. */
  readonly stopping: boolean;
  left(connection: Connection): void;
}

/**
 * - `reading`: between two requests, or in the head of one
 * - `answering`: a request was read, but for its body
 * - `dropping`: it was answered, and the rest of its body still comes
 * - `leaving`: nothing is read any more; our half has ended
 */
type State = "reading" | "answering" | "dropping" | "leaving" | "closed";

/** A connection: one request after the other is read, handled and answered, in their order (RFC 9112, section 9.3). */
export class Connection implements WireUser {
  readonly #owner: Owner;
  readonly #wire: Wire;
  readonly #sender: Sender;
  readonly #origin: RequestOrigin;
  readonly #heads: HeadReader;
  #state: State = "reading";
  /** What came and was not read yet, from `#at` on. */
  #input: Buffer = NOTHING;
  #at = 0;
  /** Whether some of it is in use elsewhere. */
  #isLent = false;
  #inputEnded = false;
  #isPaused = false;
  #isAdvancing = false;
  /** Requests of this turn. */
  #begun = 0;
  /** Of the request that is answered. */
  #body: IncomingBody | undefined;
  /** Whether the connection ends with the answer. */
  #isLast = false;
  /** Whether the client waits to be asked for the body. */
  #waitsForGo = false;
  /** When what is waited for is to be there, in milliseconds of `performance.now`. */
  #deadline: number;
  #isFresh = true;

  constructor(owner: Owner, wire: Wire) {
    const { idle, headerSize, headerTime, scheme } = owner.options;
    const { remote, local } = wire;
    this.#owner = owner;
    this.#wire = wire;
    this.#sender = new Sender(wire, { idle, unsent: () => unsentBytes(local.port, remote) });
    this.#origin = { scheme, remote: remote.address, local: `${local.address}:${local.port}`, idle };
    this.#heads = new HeadReader(headerSize);
    this.#deadline = performance.now() + headerTime;
  }

  data(bytes: Buffer): boolean {
    if (this.#state === "leaving") return true;
    this.#input = this.#at < this.#input.length ? Buffer.concat([this.#input.subarray(this.#at), bytes]) : bytes;
    this.#at = 0;
    if (this.#begun < A_TURN) this.#begun = 0;
    this.#isLent = false;
    this.#advance();
    return this.#input !== bytes && !this.#isLent;
  }

  drained(): void {
    this.#sender.drained();
  }

  ended(): void {
    this.#inputEnded = true;
    if (this.#state === "leaving") this.#wire.close();
    else this.#advance();
  }

  closed(): void {
    this.#state = "closed";
    this.#body?.breakOff();
    this.#sender.closed();
    this.#owner.left(this);
  }

  /** Ends the connection unless a request runs, or its head has begun. */
  endIdle(): void {
    if (this.#state === "reading" && !this.#heads.begun) this.#leave();
  }

  /** Breaks the connection off. */
  destroy(): void {
    this.#wire.destroy();
  }

  /** Looks whether what is waited for should have been there. */
  check(now: number): void {
    if (now < this.#deadline) return;
    this.#deadline = Number.POSITIVE_INFINITY;
    if (this.#state === "leaving") this.#wire.close();
    else if (this.#state === "dropping") this.#wire.destroy();
    else if (!this.#heads.begun) this.#leave();
    else this.#refuse(new MalformedRequest("the headers of the request did not arrive in time", 408));
  }

  /** Reads what can be read of what is there. */
  #advance(): void {
    if (this.#isAdvancing) return;
    this.#isAdvancing = true;
    try {
      while (this.#at < this.#input.length && this.#readOn());
    } catch (error) {
      if (!(error instanceof MalformedRequest)) throw error;
      this.#malformed(error);
    } finally {
      this.#isAdvancing = false;
    }
    if (this.#at >= this.#input.length) {
      this.#input = NOTHING;
      this.#at = 0;
      if (this.#inputEnded) this.#endOfInput();
    }
    this.#steer();
  }

  /** @returns whether the rest may be readable, too */
  #readOn(): boolean {
    switch (this.#state) {
      case "reading":
        return this.#readHead();
      case "answering":
      case "dropping":
        return this.#readBody();
      default:
        this.#at = this.#input.length;
        return false;
    }
  }

  #readHead(): boolean {
    if (this.#begun >= A_TURN) return this.#waitForTurn();
    const begun = this.#heads.begun;
    const head = this.#heads.read(this.#input, this.#at);
    this.#at = this.#heads.taken;
    if (head !== undefined) this.#begin(head);
    else if (!begun && !this.#isFresh) this.#deadline = performance.now() + this.#owner.options.headerTime;
    return head !== undefined;
  }

  #readBody(): boolean {
    const body = this.#body;
    if (body === undefined || body.over || !body.wanted) return false;
    try {
      this.#at = body.take(this.#input, this.#at);
    } finally {
      // What came before something malformed may still be in use.
      this.#isLent ||= body.lent;
    }
    if (body.over && this.#state === "dropping") this.#next();
    return true;
  }

  /** Others get their turn before the next of the requests that are here. */
  #waitForTurn(): false {
    if (this.#begun === A_TURN) {
      this.#begun++;
      setImmediate(() => {
        this.#begun = 0;
        this.#advance();
      });
    }
    return false;
  }

  #begin(head: RequestHead): void {
    this.#begun++;
    this.#state = "answering";
    this.#isFresh = false;
    this.#isLast = !head.keepAlive;
    this.#waitsForGo = head.expects;
    this.#deadline = Number.POSITIVE_INFINITY;
    const body = new IncomingBody(head.framing, () => this.#bodyChanged());
    this.#body = body;
    const request = new Request(head, this.#origin, body);
    const isHead = head.method === "HEAD";
    after(this.#owner.options.handle(request), (reply) => this.#answer(reply, isHead));
  }

  /** More of the body is wanted, or less. */
  #bodyChanged(): void {
    if (this.#waitsForGo && this.#body?.wanted === true && this.#state === "answering") {
      this.#waitsForGo = false;
      if (this.#at >= this.#input.length) this.#sender.interject(CONTINUE);
    }
    this.#advance();
  }

  #answer(reply: HttpReply, isHead: boolean): void {
    const { done } = reply;
    if (this.#state === "closed") {
      done?.(0);
      return;
    }
    // Whoever was not asked for the body may send it all the same, or not: where the next request begins is not known then.
    this.#isLast ||= this.#owner.stopping || this.#waitsForGo || reply.headers.Connection === "close";
    this.#send(prepareReply(reply, isHead), isHead);
  }

  #send(outgoing: Outgoing, isHead: boolean): void {
    const { done } = outgoing.reply;
    let head: string;
    try {
      head = this.#head(outgoing.reply);
    } catch (error) {
      outgoing.pieces?.close();
      this.#send(prepareReply({ ...errorReply(toRegistryError(error), "distribution"), ...(done && { done }) }, isHead), isHead);
      return;
    }
    this.#sender.send(head, outgoing, (sent) => {
      done?.(sent);
      this.#answered();
    });
  }

  #head({ status, headers, warnings }: HttpReply): string {
    return replyHead({ status, headers, warnings: warnings && warningValues(warnings), isLast: this.#isLast });
  }

  #answered(): void {
    if (this.#state !== "answering") return;
    if (this.#isLast) this.#leave();
    else if (this.#body?.over === true) this.#next();
    else this.#drop();
    this.#advance();
  }

  /** The client may send the rest of its body, or its connection is over. */
  #drop(): void {
    this.#state = "dropping";
    this.#deadline = performance.now() + Math.min(this.#owner.options.idle, DISCARD_LIMIT);
    this.#body?.drop();
  }

  #next(): void {
    this.#body = undefined;
    this.#state = "reading";
    this.#deadline = performance.now() + KEEP_ALIVE;
    if (this.#owner.stopping) this.#leave();
  }

  #malformed(error: MalformedRequest): void {
    if (this.#state === "reading") {
      this.#refuse(error);
      return;
    }
    this.#isLast = true;
    this.#at = this.#input.length;
    if (this.#state === "dropping") this.#leave();
    else this.#body?.breakOff(error.message);
  }

  #refuse(error: MalformedRequest): void {
    this.#isLast = true;
    this.#state = "answering";
    this.#at = this.#input.length;
    this.#send(prepareReply(malformedReply(error), false), false);
  }

  /** All that came was read, and no more will come. */
  #endOfInput(): void {
    if (this.#state === "reading") {
      if (this.#heads.begun) this.#refuse(new MalformedRequest("the request broke off in its head"));
      else this.#leave();
    } else if (this.#body?.over === false) {
      this.#isLast = true;
      this.#body.breakOff();
      if (this.#state === "dropping") this.#leave();
    }
  }

  /** Ends our half, and waits for the client to end its own: closed at once, a client that still sends would lose the answer. */
  #leave(): void {
    this.#state = "leaving";
    this.#body = undefined;
    this.#deadline = performance.now() + Math.min(this.#owner.options.idle, DISCARD_LIMIT);
    this.#wire.end();
    if (this.#inputEnded) this.#wire.close();
  }

  /** Makes the client wait, or go on. */
  #steer(): void {
    if (this.#state === "closed") return;
    const held = this.#input.length - this.#at;
    const isFull = this.#state !== "leaving" && (held > HELD || this.#body?.full === true);
    if (isFull === this.#isPaused) return;
    this.#isPaused = isFull;
    if (isFull) this.#wire.pause();
    else this.#wire.resume();
  }
}
