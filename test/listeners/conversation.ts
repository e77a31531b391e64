import { connect } from "node:net";
import { connect as connectSecurely } from "node:tls";

/** Milliseconds for a conversation. */
const LIMIT = 50_000;

export interface Conversation {
  /** Of the final answers, in their order. */
  readonly statuses: readonly number[];
  /** Whether the server has ended the connection while the client's half was open. */
  readonly closed: boolean;
}

export interface ConversationOptions {
  /** The client ends its half behind the last piece. */
  readonly half?: boolean;
  /** Over TLS, whatever the certificate. */
  readonly secure?: boolean;
}

/**
 * Sends pieces on a connection of its own, and reads until the server ends it.
 * @throws Error when it is not over within 50 s
 */
export function converse(port: number, pieces: readonly Uint8Array[], { half = false, secure = false }: ConversationOptions = {}): Promise<Conversation> {
  const { promise, resolve, reject } = Promise.withResolvers<Conversation>();
  const to = { port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true };
  const socket = secure ? connectSecurely({ ...to, rejectUnauthorized: false }) : connect(to);
  let text = "";
  let ended = false;
  const timer = setTimeout(() => {
    reject(new Error(`the connection is open after ${LIMIT} ms; received: ${text.slice(0, 300)}`));
    socket.destroy();
  }, LIMIT);
  const over = () => {
    clearTimeout(timer);
    resolve({ statuses: statusesOf(text), closed: !ended });
    socket.destroy();
  };
  socket.on("data", (bytes: Buffer) => {
    text += bytes.toString("latin1");
  });
  // A server that refuses may reset the connection while the rest is still being written.
  socket.on("end", over).on("close", over).on("error", over);
  socket.on(secure ? "secureConnect" : "connect", () => {
    for (const piece of pieces) socket.write(piece);
    if (!half) return;
    ended = true;
    socket.end();
  });
  return promise;
}

/** Interim answers are left out. */
function statusesOf(text: string): number[] {
  return [...text.matchAll(/^HTTP\/1\.1 ([2-9]\d\d) /gm)].map(([, status]) => Number(status));
}
