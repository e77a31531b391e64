import { connect } from "node:net";

/** Milliseconds after which a connection that got no complete answer is given up. */
const LIMIT = 50_000;

/** What came over the wire, before any HTTP library had its say. */
export interface RawAnswer {
  /** 0 when the server closed the connection without an answer. */
  readonly status: number;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: string;
}

export interface RawOptions {
  /** Closes the sending half, or the whole connection, once everything is written. */
  readonly afterwards?: "wait" | "end" | "destroy";
}

/**
 * Sends bytes as they are and reads until the server closes: for requests no HTTP library would send.
 * Line ends are added; `head` should hold `Connection: close`.
 */
export function rawRequest(url: string, head: readonly string[], body: string | Uint8Array = "", options: RawOptions = {}): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const received: Buffer[] = [];
  const socket = connect({ host: hostname, port: Number(port) });
  const timer = setTimeout(() => {
    socket.destroy();
    reject(new Error(`no complete answer within ${LIMIT} ms to '${head[0]}'`));
  }, LIMIT);
  const finish = () => {
    clearTimeout(timer);
    resolve(parseAnswer(Buffer.concat(received).toString("latin1")));
  };
  socket.on("data", (bytes: Buffer) => received.push(bytes));
  socket.on("close", finish);
  // A server that refuses a request may reset the connection while the rest is still being written.
  socket.on("error", finish);
  socket.on("connect", () => {
    socket.write(`${[...head, "", ""].join("\r\n")}`);
    const written = () => {
      if (options.afterwards === "end") socket.end();
      if (options.afterwards === "destroy") socket.destroy();
    };
    socket.write(body, written);
  });
  return promise;
}

function parseAnswer(text: string): RawAnswer {
  const split = text.indexOf("\r\n\r\n");
  const lines = (split < 0 ? text : text.slice(0, split)).split("\r\n");
  const headers = new Map<string, string[]>();
  for (const line of lines.slice(1)) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()]);
  }
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(lines[0] ?? "")?.[1] ?? 0);
  return { status, headers, body: split < 0 ? "" : text.slice(split + 4) };
}
