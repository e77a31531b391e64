import { type Frame, FrameError, readFrames } from "./frame.ts";
import type { CallOptions, ModuleError } from "./helper.ts";
import { HelperCall, type HelperReply } from "./helper-call.ts";
import { HostCall, type HostMethod } from "./host-call.ts";
import { IN_ORDER } from "./wire.ts";

export interface ConnectionOptions {
  readonly write: (bytes: Uint8Array) => void;
  /** What the helper may ask, by method. */
  readonly methods: Readonly<Record<string, HostMethod>>;
}

/** Requests in both directions over one pair of streams. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #asked = new Map<number, HelperCall>();
  readonly #serving = new Map<number, HostCall>();
  #lastId = 0;
  #failure: ModuleError | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** The methods that the helper works on, also those that nobody waits for any longer. */
  get underWay(): readonly string[] {
    const asked = [...this.#asked.values()].map(({ method }) => method);
    const first = IN_ORDER.find((method) => asked.includes(method));
    return first === undefined ? asked : [first];
  }

  /** @throws ModuleError, or the signal's reason */
  async request(method: string, params: unknown, options: CallOptions = {}): Promise<HelperReply> {
    options.signal?.throwIfAborted();
    if (this.#failure !== undefined) throw this.#failure;
    const id = ++this.#lastId;
    const call = new HelperCall({ ...options, id, method, params }, this.#options.write);
    this.#asked.set(id, call);
    return await call.reply;
  }

  /** Works off what comes until the stream ends. @throws FrameError when the helper breaks the protocol */
  async serve(source: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const frame of readFrames(source)) this.#receive(frame);
  }

  /** Ends all requests of both sides, and fails all later ones. */
  fail(error: ModuleError): void {
    this.#failure ??= error;
    for (const call of this.#asked.values()) call.fail(error);
    for (const call of this.#serving.values()) call.cancel();
    this.#asked.clear();
  }

  #receive(frame: Frame): void {
    const { header } = frame;
    const { id } = header;
    if (header.from === "helper") {
      if (header.kind === "request") this.#answer(id, header.method, header.params);
      // frames of a request that is over were on their way when it ended
      else this.#serving.get(id)?.receive(frame);
      return;
    }
    if (id > this.#lastId) throw new FrameError("it answers what it was not asked");
    const call = this.#asked.get(id);
    call?.receive(frame);
    if (call?.isOver) this.#asked.delete(id);
  }

  #answer(id: number, method: string, params: unknown): void {
    if (this.#serving.has(id)) throw new FrameError(`request ${id} came twice`);
    const call = new HostCall(id, this.#options.write);
    this.#serving.set(id, call);
    const known = Object.hasOwn(this.#options.methods, method) ? this.#options.methods[method] : undefined;
    void call.run(known, params).finally(() => this.#serving.delete(id));
  }
}
