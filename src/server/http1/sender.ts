import type { Outgoing } from "../transport/outgoing.ts";
import { type BodyTransfer, type Outlet, Transfer } from "../transport/transfer.ts";
import type { Wire } from "../transport/wire.ts";

const NOTHING = Buffer.alloc(0);

/** Answers up to this size go out in one write; a larger body costs less in a write of its own than in a copy. */
const JOINED = 64 * 1024;

/** Bytes that one character takes at most. */
const WIDEST = 3;

/** Where small answers are put together: the wire has taken, or given back, all of it before the next one is. */
const desk = Buffer.allocUnsafeSlow(JOINED);

/** Writes the answers of a connection, one after the other, at the speed of its reader. */
export class Sender implements Outlet {
  readonly #wire: Wire;
  readonly #pace: Pick<BodyTransfer, "idle" | "unsent">;
  /** What the wire has not taken yet. */
  #unsent: Uint8Array = NOTHING;
  #transfer: Transfer | undefined;
  #ending = false;
  #isClosed = false;
  /** Bytes of the running answer's body that were given, and how many there are to be. */
  #given = 0;
  #announced = 0;

  constructor(wire: Wire, pace: Pick<BodyTransfer, "idle" | "unsent">) {
    this.#wire = wire;
    this.#pace = pace;
  }

  /** Writes what is no answer yet. */
  interject(head: string): void {
    this.#put(Buffer.from(head, "latin1"));
  }

  /**
   * Sends an answer.
   * @param over called once, when all of it was written or the connection is closed, with the bytes of the body that were
   */
  send(head: string, { reply, whole, pieces }: Outgoing, over: (sent: number) => void): void {
    this.#given = 0;
    this.#announced = Number(reply.headers["Content-Length"] ?? 0);
    if (pieces === undefined) {
      const { length, isOut } = this.#putWhole(head, whole);
      this.#given = this.#announced;
      if (isOut) over(length);
      else this.#begin({ ...this.#pace, next: () => undefined, finish: () => over(length) });
      return;
    }
    this.#put(Buffer.from(head, "latin1"));
    const finish = (sent: number) => {
      pieces.close();
      over(sent);
    };
    this.#begin({ ...this.#pace, next: pieces.next, finish });
  }

  /** The wire takes more, or says so. */
  drained(): void {
    if (this.#unsent.length === 0) return;
    this.#unsent = this.#unsent.subarray(this.#wire.write(this.#unsent));
    if (this.#unsent.length > 0) return;
    if (this.#ending) this.#finish();
    else this.#transfer?.drained();
  }

  /** The connection is over. */
  closed(): void {
    this.#isClosed = true;
    this.#unsent = NOTHING;
    this.#finish();
  }

  write(piece: Uint8Array): boolean {
    this.#given += piece.length;
    return this.#put(piece);
  }

  end(): void {
    this.#ending = true;
    // The length is out already: only a broken connection tells the client that this is not what it announced.
    if (this.#given !== this.#announced) this.#wire.destroy();
    else if (this.#unsent.length === 0) queueMicrotask(() => this.#finish());
  }

  destroy(): void {
    this.#wire.destroy();
  }

  #begin(options: BodyTransfer): void {
    this.#transfer = new Transfer(this, options);
    if (this.#isClosed) this.#finish();
  }

  #finish(): void {
    const transfer = this.#transfer;
    this.#transfer = undefined;
    this.#ending = false;
    transfer?.over();
  }

  #putWhole(head: string, body: string | Uint8Array | undefined): { readonly length: number; readonly isOut: boolean } {
    const isText = typeof body === "string";
    const most = head.length + (body === undefined ? 0 : isText ? WIDEST * body.length : body.length);
    if (most > JOINED) {
      const bytes = isText ? Buffer.from(body) : (body ?? NOTHING);
      this.#put(Buffer.from(head, "latin1"));
      return { length: bytes.length, isOut: this.#put(bytes) };
    }
    const start = desk.write(head, "latin1");
    let length = 0;
    if (isText) length = desk.write(body, start);
    else if (body !== undefined) {
      desk.set(body, start);
      length = body.length;
    }
    return { length, isOut: this.#put(desk.subarray(0, start + length), true) };
  }

  /** @returns whether the wire has taken all of it, and of what was before */
  #put(bytes: Uint8Array, isDesk = false): boolean {
    if (this.#unsent.length > 0) {
      this.#unsent = Buffer.concat([this.#unsent, bytes]);
      return false;
    }
    const taken = this.#wire.write(bytes);
    if (taken === bytes.length) return true;
    const rest = bytes.subarray(taken);
    this.#unsent = isDesk ? Buffer.from(rest) : rest;
    return false;
  }
}
