import type { Socket } from "bun";

/** Milliseconds that a client gets to take the answer that it must speak TLS. */
const REFUSAL_TIME = 2000;

const TEXT = "Client sent an HTTP request to an HTTPS server: use https:// in its URL.\n";

const ANSWER = `HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${TEXT.length}\r\nConnection: close\r\n\r\n${TEXT}`;

/**
 * Answers a client that does not speak TLS. The words are those of Go's servers, which clients know. What is no HTTP either is not answered.
 * @param first its first bytes; those that follow are to be ignored
 */
export function refusePlain(socket: Pick<Socket, "write" | "shutdown" | "terminate">, first: Buffer): void {
  if (!/^[A-Z]/.test(first.toString("latin1", 0, 1))) {
    socket.terminate();
    return;
  }
  socket.write(ANSWER);
  socket.shutdown();
  setTimeout(() => socket.terminate(), REFUSAL_TIME).unref();
}
