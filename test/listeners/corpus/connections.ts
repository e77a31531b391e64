import { type Case, last, message, post, refused, served } from "./case.ts";

const get = (...fields: readonly string[]) => message("GET /first HTTP/1.1", fields);
const UPGRADE = ["Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AAMAAABkAAQAAP__"];

/** What the client wants of the connection (RFC 9110, section 7.6 to 7.8; RFC 9112, section 9), and of the server before it sends a body. */
export const CONNECTIONS: readonly Case[] = [
  last("close", get("Connection: close")),
  last("close in another case", get("connection: CLOSE")),
  last("close in a list", get("Connection: te, close")),
  last("close, and to go on", get("Connection: close, keep-alive")),
  last("to go on, and close", get("Connection: keep-alive", "Connection: close")),
  last("close, with a body", post(["Connection: close", "Content-Length: 5"], "hello"), "POST /first hello"),
  served("what is not close", get("Connection: closed, x-close")),
  served("fields of this connection", get("Connection: Content-Length, Host, x", "Keep-Alive: timeout=1, max=1")),
  served("the length named as of this connection", post(["Connection: content-length", "Content-Length: 5"], "hello"), "POST /first hello"),

  served("an upgrade to HTTP/2 is ignored", get(...UPGRADE, "Upgrade: h2c")),
  served("an upgrade with a body is ignored", post([...UPGRADE, "Upgrade: h2c", "Content-Length: 5"], "hello"), "POST /first hello"),
  served(
    "an upgrade to a web socket is ignored",
    get("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==", "Sec-WebSocket-Version: 13"),
  ),

  served("a body that is asked for, and sent at once", post(["Expect: 100-continue", "Content-Length: 5"], "hello"), "POST /first hello"),
  served(
    "a body in chunks that is asked for, and sent at once",
    post(["Expect: 100-Continue", "Transfer-Encoding: chunked"], "5\r\nhello\r\n0\r\n\r\n"),
    "POST /first hello",
  ),
  served("no body that could be asked for", get("Expect: 100-continue")),
  refused("an expectation that nobody meets", post(["Expect: 200-ok", "Content-Length: 5"], "hello"), 417),
  refused("an expectation with more behind it", post(["Expect: 100-continue, x", "Content-Length: 5"], "hello"), 417),
  refused("an expectation before NUL", post(["Expect: 100-continue\u0000", "Content-Length: 5"], "hello")),
  refused("a body that is asked for in two ways", post(["Expect: 100-continue", "Content-Length: 5", "Transfer-Encoding: chunked"], "0\r\n\r\n")),

  refused("credentials twice", get("Authorization: Basic YTpi", "Authorization: Basic YzpkCg==")),
  refused("two types of a body", post(["Content-Type: a/b", "Content-Type: application/json", "Content-Length: 5"], "hello")),
  served("a hundred requests at once", get().repeat(100), ...Array.from({ length: 100 }, () => "GET /first")),
];
