import { SPACE, TOKEN } from "./bytes.ts";
import { MalformedRequest } from "./malformed.ts";

/** Methods that there are (RFC 9110, section 9; RFC 5789; QUERY, which is to come) but for CONNECT, which is for proxies. Endpoints refuse those that they do not have. */
const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"]);

export interface RequestLine {
  readonly method: string;
  readonly target: string;
  /** HTTP/1.0. */
  readonly old: boolean;
}

/**
 * Reads the first line of a request (RFC 9112, section 3): a method, a target and a version, with one space between them.
 * @throws MalformedRequest
 */
export function readRequestLine(bytes: Buffer, start: number, end: number): RequestLine {
  let method = start;
  while (method < end && TOKEN[bytes[method] ?? 0] === 1) method++;
  let target = method + 1;
  // SP and what is below cannot stand in a target, nor can what is not ASCII
  while (target < end && isVisible(bytes[target] ?? 0)) target++;
  if (method === start || bytes[method] !== SPACE || target === method + 1 || bytes[target] !== SPACE) {
    throw new MalformedRequest("the request does not begin with a method, a target and a version, one space between them");
  }
  const old = isOld(bytes.toString("latin1", target + 1, end));
  const name = bytes.toString("latin1", start, method);
  if (!METHODS.has(name)) throw new MalformedRequest("the request's method is not one that is known here");
  return { method: name, target: bytes.toString("latin1", method + 1, target), old };
}

function isVisible(byte: number): boolean {
  return byte > SPACE && byte < 0x7f;
}

function isOld(version: string): boolean {
  if (version === "HTTP/1.1") return false;
  if (version === "HTTP/1.0") return true;
  if (/^HTTP\/\d\.\d$/.test(version)) throw new MalformedRequest("the request's version of HTTP is not spoken here: send HTTP/1.1", 505);
  throw new MalformedRequest("the request line does not end with a version of HTTP: send HTTP/1.1");
}
