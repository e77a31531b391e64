import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request that came in full. */
export interface SeenRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  /** One character a byte. */
  readonly body: string;
}

/** A server of loopback that answers as a test wants it, and remembers what it was asked. */
export interface FakeServer {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  readonly seen: readonly SeenRequest[];
  stop(): Promise<void>;
}

export type FakeHandler = (request: SeenRequest, response: ServerResponse) => void | Promise<void>;

export async function startFakeServer(handler: FakeHandler): Promise<FakeServer> {
  const seen: SeenRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const body = await bodyOf(incoming);
    if (body === undefined) return;
    const request = { method: incoming.method ?? "", path: incoming.url ?? "", headers: incoming.headers, body };
    seen.push(request);
    await handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Undefined when the client broke off. */
async function bodyOf(incoming: IncomingMessage): Promise<string | undefined> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of incoming) pieces.push(piece);
  } catch {
    return undefined;
  }
  return Buffer.concat(pieces).toString("latin1");
}

/** An answer at once. */
export function reply(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}, body: string | Uint8Array = ""): void {
  response.writeHead(status, { "Content-Length": String(Buffer.byteLength(body)), ...headers });
  response.end(body);
}

/** Milliseconds that a reader has for what came before a connection broke. */
const READ_TIME = 10_000;

/**
 * Starts an answer and breaks the connection in the middle of its body.
 * @param isRead true when the reader has all of the part: what it has not taken when the connection breaks is lost to it. Default: it has, soon
 */
export function breakOff(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  part: Uint8Array,
  isRead: () => boolean = () => true,
): void {
  response.writeHead(status, headers);
  const end = performance.now() + READ_TIME;
  const look = () => (isRead() || performance.now() > end ? response.destroy() : setTimeout(look, 5));
  response.write(part, () => setTimeout(look, 20));
}
