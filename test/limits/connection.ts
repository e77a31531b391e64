import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** Milliseconds for one step of a conversation, unless a call says otherwise. */
const LIMIT = 50_000;

/** A connection on which the test decides when each byte is sent and read. */
export interface Connection {
  readonly socket: Socket;
  /** Resolves when the bytes were handed to the system. */
  write(bytes: string | Uint8Array): Promise<void>;
  /** Everything received so far that no `answer` took, as latin1. */
  received(): string;
  /** Takes the next answer from what is received: the head, and as many bytes of body as its Content-Length says. */
  answer(limit?: number): Promise<WireAnswer>;
  /** Resolves when the server has closed the connection, with the milliseconds that took. */
  closed(limit?: number): Promise<number>;
  destroy(): void;
}

export interface WireAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Opens a connection to the server behind `url`. */
export async function openConnection(url: string): Promise<Connection> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, "connect", { signal: AbortSignal.timeout(LIMIT) });
  let text = "";
  let over = false;
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };
  socket.on("data", (bytes: Buffer) => {
    text += bytes.toString("latin1");
    changed();
  });
  // A reset is an end like any other: what matters is what came before it.
  socket.on("error", () => {});
  socket.on("close", () => {
    over = true;
    changed();
  });

  /** Asks `found` whenever something happened, until it gives a value. */
  function until<T>(what: string, found: () => T | undefined, limit: number): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const timer = setTimeout(() => reject(new Error(`${what} did not happen within ${limit} ms; received: ${text.slice(0, 300)}`)), limit);
    const look = () => {
      const value = found();
      if (value !== undefined) resolve(value);
      else if (over) reject(new Error(`the connection ended before ${what}; received: ${text.slice(0, 300)}`));
    };
    listeners.add(look);
    look();
    return promise.finally(() => {
      clearTimeout(timer);
      listeners.delete(look);
    });
  }

  function takeAnswer(): WireAnswer | undefined {
    const split = text.indexOf("\r\n\r\n");
    if (split < 0) return undefined;
    const head = text.slice(0, split);
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0);
    const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
    if (text.length < split + 4 + length) return undefined;
    const body = text.slice(split + 4, split + 4 + length);
    text = text.slice(split + 4 + length);
    return { status, head, body };
  }

  return {
    socket,
    received: () => text,
    write: (bytes) =>
      new Promise((resolve) => {
        socket.write(bytes, () => resolve());
      }),
    answer: (limit = LIMIT) => until("a complete answer", takeAnswer, limit),
    async closed(limit = LIMIT) {
      const started = performance.now();
      await until("the end of the connection", () => (over ? true : undefined), limit);
      return performance.now() - started;
    },
    destroy: () => socket.destroy(),
  };
}

/** The head of a request as it goes over the wire. */
export function headOf(request: string, headers: readonly string[] = []): string {
  return [`${request} HTTP/1.1`, "Host: localhost", ...headers, "", ""].join("\r\n");
}
