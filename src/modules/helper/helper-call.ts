import { BodyReader } from "./body-reader.ts";
import { encodeFrame, type Frame, FrameError } from "./frame.ts";
import type { FrameHeader } from "./frame-header.ts";
import { type CallOptions, ModuleError } from "./helper.ts";

/** An answer of the helper. */
export interface HelperReply {
  readonly result: unknown;
  /** Undefined where the result has none. */
  readonly body: BodyReader | undefined;
}

export interface HelperRequest extends CallOptions {
  readonly id: number;
  readonly method: string;
  readonly params: unknown;
}

/** A request that the helper was asked, until it is answered in full. */
export class HelperCall {
  readonly method: string;
  readonly #id: number;
  readonly #write: (bytes: Uint8Array) => void;
  readonly #onEvent: CallOptions["onEvent"];
  readonly #reply = Promise.withResolvers<HelperReply>();
  readonly #release: () => void;
  #body: BodyReader | undefined;
  #isOver = false;

  constructor({ id, method, params, signal, onEvent }: HelperRequest, write: (bytes: Uint8Array) => void) {
    this.method = method;
    this.#id = id;
    this.#write = write;
    this.#onEvent = onEvent;
    const abort = () => this.#cancel(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    this.#release = () => signal?.removeEventListener("abort", abort);
    write(encodeFrame({ kind: "request", from: "host", id, method, params }));
  }

  /** @throws ModuleError as the helper's error says, or the signal's reason */
  get reply(): Promise<HelperReply> {
    return this.#reply.promise;
  }

  /** True once nothing more of it comes, also where nobody waits for it any longer. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Takes in a frame of the answer. @throws FrameError for one that has no place in it */
  receive({ header, body }: Frame): void {
    if (header.kind === "event") this.#onEvent?.(header.event);
    else if (header.kind === "reply") this.#replied(header.result);
    else if (header.kind === "error") {
      const { code, message, diagnostics, details } = header.error;
      this.fail(new ModuleError(code, message, { ...(diagnostics && { diagnostics }), ...(details && { details }) }));
    } else if (header.kind === "data" && header.part === "reply" && this.#body !== undefined) {
      this.#body.push(body);
      if (!header.end) return;
      this.#body.finish();
      this.#finish();
    } else if (header.kind !== "credit") {
      throw new FrameError(`a frame of the kind "${header.kind}" has no place here`);
    }
  }

  /** Nothing more comes, for this reason. */
  fail(error: unknown): void {
    this.#reply.reject(error);
    this.#body?.finish({ error });
    this.#finish();
  }

  #replied(result: unknown): void {
    const hasBody = typeof result === "object" && result !== null && "body" in result && result.body === true;
    if (hasBody) {
      this.#body = new BodyReader({
        onCredit: (bytes) => this.#send({ kind: "credit", from: "host", id: this.#id, part: "reply", bytes }),
        onStop: () => this.#send({ kind: "cancel", from: "host", id: this.#id }),
      });
    } else this.#finish();
    this.#reply.resolve({ result, body: this.#body });
  }

  #cancel(reason: unknown): void {
    if (this.#isOver) return;
    this.#send({ kind: "cancel", from: "host", id: this.#id });
    this.#reply.reject(reason);
    this.#body?.finish({ error: reason });
  }

  #send(header: FrameHeader): void {
    if (!this.#isOver) this.#write(encodeFrame(header));
  }

  #finish(): void {
    this.#isOver = true;
    this.#release();
  }
}
