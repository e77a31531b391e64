import { after } from "../../storage/awaitable.ts";
import { errorReply, toRegistryError } from "../error-reply.ts";
import type { HttpReply } from "../http.ts";
import { DISCARD_LIMIT, KEEP_ALIVE, type ListenerOptions } from "../transport/listener.ts";
import { type Outgoing, prepareReply } from "../transport/outgoing.ts";
import type { Wire, WireUser } from "../transport/wire.ts";
import { warningValues } from "../warning.ts";
import type { IncomingBody } from "./incoming-body.ts";
import { MalformedRequest, malformedReply } from "./malformed.ts";
import { replyHead } from "./reply-head.ts";
import { Request, type RequestOrigin } from "./request.ts";
import type { RequestHead } from "./request-head.ts";
import { RequestReader, type RequestTaker } from "./request-reader.ts";
import { Sender } from "./sender.ts";

const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

export interface ConnectionOptions extends Pick<ListenerOptions, "idle" | "headerTime" | "headerSize" | "handle" | "fault"> {
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

/** A connection: one request after the other is handled and answered, in their order (RFC 9112, section 9.3). */
export class Connection implements WireUser, RequestTaker {
  readonly #owner: Owner;
  readonly #wire: Wire;
  readonly #sender: Sender;
  readonly #origin: RequestOrigin;
  readonly #reader: RequestReader;
  #state: State = "reading";
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
    this.#sender = new Sender(wire, { idle, unsent: () => wire.unsent() });
    this.#origin = { scheme, remote: remote.address, local: `${local.address}:${local.port}`, idle };
    this.#reader = new RequestReader(this, wire, headerSize);
    this.#deadline = performance.now() + headerTime;
  }

  data(bytes: Buffer): boolean {
    return this.#reader.data(bytes);
  }

  drained(): void {
    this.#sender.drained();
  }

  ended(): void {
    if (this.#state === "leaving") this.#wire.close();
    else this.#reader.end();
  }

  closed(): void {
    const { body } = this.#reader;
    this.#state = "closed";
    this.#reader.closed();
    body?.breakOff();
    this.#sender.closed();
    this.#owner.left(this);
  }

  /** Ends the connection unless a request runs, or its head has begun. It is not waited for the client, as no answer can be lost but one that is on its way. */
  endIdle(): void {
    if (this.#state !== "reading" || this.#reader.inHead) return;
    this.#leave();
    void this.#closeOnceSent();
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
    else if (!this.#reader.inHead) this.#leave();
    else this.#refuse(new MalformedRequest("the headers of the request did not arrive in time", 408));
  }

  begin(head: RequestHead, body: IncomingBody): void {
    this.#state = "answering";
    this.#isFresh = false;
    this.#isLast = !head.keepAlive;
    this.#waitsForGo = head.expects;
    this.#deadline = Number.POSITIVE_INFINITY;
    const isHead = head.method === "HEAD";
    after(this.#owner.options.handle(new Request(head, this.#origin, body)), (reply) => this.#answer(reply, isHead));
  }

  headBegun(): void {
    if (!this.#isFresh) this.#deadline = performance.now() + this.#owner.options.headerTime;
  }

  bodyChanged(): void {
    if (!this.#waitsForGo || this.#reader.body?.wanted !== true || this.#state !== "answering") return;
    this.#waitsForGo = false;
    if (this.#reader.isEmpty) this.#sender.interject(CONTINUE);
  }

  bodyOver(): void {
    if (this.#state === "dropping") this.#next();
  }

  malformed(error: MalformedRequest): void {
    if (this.#state === "reading") {
      this.#refuse(error);
      return;
    }
    this.#isLast = true;
    if (this.#state === "dropping") this.#leave();
    else this.#reader.body?.breakOff(error.message);
  }

  inputOver(): void {
    const { body, inHead } = this.#reader;
    if (this.#state === "reading") {
      if (inHead) this.#refuse(new MalformedRequest("the request broke off in its head"));
      else this.#leave();
    } else if (body?.over === false) {
      this.#isLast = true;
      body.breakOff();
      if (this.#state === "dropping") this.#leave();
    }
  }

  #answer(reply: HttpReply, isHead: boolean): void {
    const { done } = reply;
    if (this.#state === "closed") {
      prepareReply(reply, isHead).pieces?.close();
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
      this.#owner.options.fault?.(error);
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
    else if (this.#reader.body?.over === true) this.#next();
    else this.#drop();
    this.#reader.advance();
  }

  /** The client may send the rest of its body, or its connection is over. */
  #drop(): void {
    this.#state = "dropping";
    this.#deadline = performance.now() + Math.min(this.#owner.options.idle, DISCARD_LIMIT);
    this.#reader.body?.drop();
  }

  #next(): void {
    this.#reader.next();
    this.#state = "reading";
    this.#deadline = performance.now() + KEEP_ALIVE;
    if (this.#owner.stopping) this.#leave();
  }

  #refuse(error: MalformedRequest): void {
    this.#isLast = true;
    this.#state = "answering";
    this.#reader.stop();
    this.#send(prepareReply(malformedReply(error), false), false);
  }

  /** Ends our half, and waits for the client to end its own: closed at once, a client that still sends would lose the answer. */
  #leave(): void {
    this.#state = "leaving";
    this.#deadline = performance.now() + Math.min(this.#owner.options.idle, DISCARD_LIMIT);
    this.#wire.end();
    this.#reader.stop();
    if (this.#reader.isEnded) this.#wire.close();
  }

  async #closeOnceSent(): Promise<void> {
    while (this.#state === "leaving" && ((await this.#wire.unsent()) ?? 0) > 0);
    if (this.#state === "leaving") this.#wire.close();
  }
}
