/** Bytes as a client might send them, and what has to become of them. `NEXT` is sent behind them, and ends the connection with its answer. */
export interface Case {
  readonly name: string;
  /** In latin1. */
  readonly sent: string;
  /** The requests that are taken whole, as `METHOD target body`. */
  readonly taken: readonly string[];
  /** The status of the last answer may be one of these. The server closes the connection after it. */
  readonly statuses: readonly number[];
}

/** The request that stands behind each case: whoever takes it thinks that the case was one whole request. */
export const NEXT = "GET /next HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/** A request with these fields and body. */
export function message(line: string, fields: readonly string[] = [], body = ""): string {
  return [line, "Host: localhost", ...fields, "", body].join("\r\n");
}

/** A POST with these fields and body. */
export function post(fields: readonly string[], body = ""): string {
  return message("POST /first HTTP/1.1", fields, body);
}

/** A POST whose body says itself where it ends. */
export function chunked(body: string, fields: readonly string[] = []): string {
  return post(["Transfer-Encoding: chunked", ...fields], body);
}

/** Nothing of it is taken, nor what follows. */
export function refused(name: string, sent: string, ...statuses: readonly number[]): Case {
  return { name, sent, taken: [], statuses: statuses.length === 0 ? [400] : statuses };
}

/** It is one request, and so is what follows. */
export function served(name: string, sent: string, ...taken: readonly string[]): Case {
  return { name, sent, taken: [...(taken.length === 0 ? ["GET /first"] : taken), "GET /next"], statuses: [200] };
}

/** It is taken, and the connection ends with its answer. */
export function last(name: string, sent: string, taken = "GET /first"): Case {
  return { name, sent, taken: [taken], statuses: [200] };
}
