import { BodyReader, WINDOW } from "./body-reader.ts";
import { Credit } from "./credit.ts";
import { encodeFrame, type Frame } from "./frame.ts";
import type { FrameHeader } from "./frame-header.ts";
import { ModuleError } from "./helper.ts";
import type { HelperErrorData } from "./protocol.ts";
import { BODY_LIMIT } from "./wire.ts";

/** What a host method gives: the result as JSON, and the body that follows it. */
export interface HostReply {
  readonly result: Readonly<Record<string, unknown>>;
  readonly body?: AsyncIterable<Uint8Array>;
}

export interface HostRequest {
  readonly params: unknown;
  /** Empty where the request has none. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Aborted when the helper no longer wants the answer, or is gone. */
  readonly signal: AbortSignal;
}

/** Answers one kind of request of the helper. @throws ModuleError, sent as it is; what else it throws is `general` */
export type HostMethod = (request: HostRequest) => Promise<HostReply>;

/** A request that the helper made, while it is answered. */
export class HostCall {
  readonly #id: number;
  readonly #write: (bytes: Uint8Array) => void;
  readonly #abort = new AbortController();
  readonly #credit = new Credit(WINDOW);
  readonly #body: BodyReader;

  constructor(id: number, write: (bytes: Uint8Array) => void) {
    this.#id = id;
    this.#write = write;
    this.#body = new BodyReader({ onCredit: (bytes) => this.#send({ kind: "credit", part: "request", bytes }), onStop: () => {} });
  }

  /** Answers it, and sends the answer. It never throws. */
  async run(method: HostMethod | undefined, params: unknown): Promise<void> {
    const { signal } = this.#abort;
    const hasBody = typeof params === "object" && params !== null && "body" in params && params.body === true;
    if (!hasBody) this.#body.finish();
    try {
      if (method === undefined) throw new ModuleError("invalid", "opm has no such method");
      const { result, body } = await method({ params, body: this.#body, signal });
      signal.throwIfAborted();
      this.#send({ kind: "reply", result });
      if (body !== undefined) await this.#sendBody(body, signal);
    } catch (error) {
      this.#send({ kind: "error", error: signal.aborted ? { code: "cancelled", message: "cancelled" } : errorData(error) });
    } finally {
      this.#body.stop();
    }
  }

  /** Takes in a later frame of the request. */
  receive({ header, body }: Frame): void {
    if (header.kind === "cancel") this.cancel();
    else if (header.kind === "credit" && header.part === "reply") this.#credit.add(header.bytes);
    else if (header.kind === "data" && header.part === "request") {
      this.#body.push(body);
      if (header.end) this.#body.finish();
    }
  }

  cancel(): void {
    this.#abort.abort(new ModuleError("cancelled", "cancelled"));
    this.#body.finish({ error: this.#abort.signal.reason });
  }

  async #sendBody(body: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    for await (const piece of body) {
      for (let at = 0; at < piece.length; ) {
        const size = await this.#credit.take(Math.min(BODY_LIMIT, piece.length - at), signal);
        this.#send({ kind: "data", part: "reply", end: false }, piece.subarray(at, at + size));
        at += size;
      }
    }
    this.#send({ kind: "data", part: "reply", end: true });
  }

  #send(header: DistributiveOmit<FrameHeader, "from" | "id">, body?: Uint8Array): void {
    this.#write(encodeFrame({ ...header, from: "helper", id: this.#id }, body));
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

function errorData(error: unknown): HelperErrorData {
  if (error instanceof ModuleError) {
    const { code, message, diagnostics, details } = error;
    return {
      code,
      message,
      ...(diagnostics.length > 0 && { diagnostics: [...diagnostics] }),
      ...(Object.keys(details).length > 0 && { details: { ...details } }),
    };
  }
  return { code: "general", message: error instanceof Error ? error.message : String(error) };
}
