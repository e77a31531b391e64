import type { ByteSource } from "../../storage/byte-source.ts";
import type { HttpRequest } from "../http.ts";
import type { BodyFeed } from "../transport/body-arrival.ts";
import { readRequestBody } from "../transport/request-body.ts";
import { parseRequestTarget } from "../transport/request-target.ts";
import type { RequestHead } from "./request-head.ts";

/** Where a request came from, and how. */
export interface RequestOrigin {
  readonly scheme: "http" | "https";
  /** The client's address. */
  readonly remote: string;
  /** Host and port that the client connected to. */
  readonly local: string;
  /** Milliseconds that its body may stand still. */
  readonly idle: number;
}

/** A request as the endpoints see it. What few of them ask for is made when they do. */
export class Request implements HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly search: string;
  readonly authority: string | undefined;
  readonly remote: string;
  readonly hasBody: boolean;
  received = 0;
  readonly #head: RequestHead;
  readonly #from: RequestOrigin;
  readonly #feed: BodyFeed;

  constructor(head: RequestHead, from: RequestOrigin, feed: BodyFeed) {
    const { path, search, authority } = parseRequestTarget(head.target);
    this.method = head.method;
    this.path = path;
    this.search = search;
    this.#head = head;
    this.#from = from;
    this.#feed = feed;
    this.authority = authority ?? this.#host();
    this.remote = from.remote;
    this.hasBody = head.framing !== 0;
  }

  get origin(): string {
    return `${this.#from.scheme}://${this.authority ?? this.#from.local}`;
  }

  get hostCount(): number {
    return this.#head.hosts;
  }

  get body(): ByteSource {
    return readRequestBody({ feed: this.#feed, idle: this.#from.idle, count: this.#count });
  }

  header(name: string): string | undefined {
    return this.#head.fields.get(name);
  }

  readonly #count = (bytes: number): void => {
    this.received += bytes;
  };

  #host(): string | undefined {
    const host = this.header("host");
    return host === "" && this.#head.old ? undefined : host;
  }
}
