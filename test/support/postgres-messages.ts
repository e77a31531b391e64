/** Number of the request for TLS, and the code in the first message of a connection (protocol.html, "Message Formats"). */
const TLS_REQUEST = 80877103;

/** The code of a message, or `startup`; for a Bind (`B`) the text that was prepared under the statement's name. */
export type OnMessage = (kind: string, prepared: string | undefined) => void;

/** Reads the messages of one direction of a PostgreSQL connection, in whatever pieces they come. Of a connection without TLS. */
export class MessageReader {
  readonly #on: OnMessage;
  readonly #prepared = new Map<string, string>();
  #rest = Buffer.alloc(0);
  /** The first message of a client has no code. */
  #starting: boolean;

  constructor(side: "client" | "server", on: OnMessage) {
    this.#starting = side === "client";
    this.#on = on;
  }

  read(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    for (;;) {
      const head = this.#starting ? 0 : 1;
      if (this.#rest.length < head + 4) return;
      const end = head + this.#rest.readInt32BE(head);
      if (this.#rest.length < end) return;
      const message = this.#rest.subarray(0, end);
      this.#rest = this.#rest.subarray(end);
      if (head === 1) this.#tell(message);
      else if (message.readInt32BE(4) !== TLS_REQUEST) {
        this.#starting = false;
        this.#on("startup", undefined);
      }
    }
  }

  #tell(message: Buffer): void {
    const kind = message.toString("latin1", 0, 1);
    if (kind !== "P" && kind !== "B") {
      this.#on(kind, undefined);
      return;
    }
    // Parse has the name and the text, Bind the portal and the name.
    const [first = "", second = ""] = message.toString("utf8", 5).split("\0", 2);
    if (kind === "P") this.#prepared.set(first, second);
    this.#on(kind, kind === "P" ? second : this.#prepared.get(second));
  }
}
