import { type Case, last, message, refused, served } from "./case.ts";

const line = (text: string) => message(text);
const target = (text: string) => line(`GET ${text} HTTP/1.1`);
const version = (text: string) => line(`GET /first ${text}`);

/** Request lines (RFC 9112, section 3), and what comes in their place. */
export const FIRST_LINES: readonly Case[] = [
  served("a path", target("/first")),
  served("a query", target("/first?a=b&c"), "GET /first?a=b&c"),
  served("a query with another question mark", target("/first?a?b"), "GET /first?a?b"),
  served("two slashes", target("//first"), "GET //first"),
  served("dots are left alone", target("/../first/./x"), "GET /../first/./x"),
  served("escapes are left alone", target("/%2e%2E/%00first"), "GET /%2e%2E/%00first"),
  served("a URL", target("http://other/first"), "GET /first"),
  served("a URL in upper case", target("HTTPS://OTHER/first"), "GET /first"),
  served("a URL without a path", target("http://other"), "GET /"),
  served("a URL without a path, with a query", target("http://other?a"), "GET /?a"),
  served("one empty line before the request", `\r\n${target("/first")}`),
  ...["HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].map((method) => served(method, line(`${method} /first HTTP/1.1`), `${method} /first`)),

  refused("no target", "GET HTTP/1.1\r\nHost: localhost\r\n\r\n"),
  refused("an empty target", line("GET  HTTP/1.1")),
  refused("two blanks before the target", line("GET  /first HTTP/1.1")),
  refused("two blanks behind the target", line("GET /first  HTTP/1.1")),
  refused("a tab before the target", line("GET\t/first HTTP/1.1")),
  refused("a tab behind the target", line("GET /first\tHTTP/1.1")),
  refused("a blank before the method", ` ${target("/first")}`),
  refused("a blank at the end", line("GET /first HTTP/1.1 ")),
  refused("a blank in the target", target("/fir st")),
  refused("a version in the target", target("/first HTTP/1.1")),
  refused("a vertical tab behind the target", line("GET /first\u000bHTTP/1.1")),
  refused("CR in the line", line("GET /first\rHTTP/1.1")),
  refused("CR at the end of the line", line("GET /first HTTP/1.1\r")),
  refused("NUL in the target", target("/fir\u0000st")),
  refused("DEL in the target", target("/fir\u007fst")),
  refused("ESC in the target", target("/fir\u001bst")),
  refused("a byte beyond ASCII in the target", target("/fir\u00e4st")),
  refused("a target of 100 kB", target(`/${"a".repeat(100_000)}`), 414, 431),

  refused("two empty lines before the request", `\r\n\r\n${target("/first")}`),
  refused("LF before the request", `\n${target("/first")}`),
  refused("CR before the request", `\r${target("/first")}`),
  refused("NUL before the request", `\u0000${target("/first")}`),
  refused("a byte order mark before the request", `\u00ef\u00bb\u00bf${target("/first")}`),

  ...["get", "Get", "GETX", "GE", "PURGE", "PROPFIND", "M-SEARCH", "SOURCE", "A".repeat(1000)].map((method) =>
    refused(`the method ${method.slice(0, 10)}`, line(`${method} /first HTTP/1.1`)),
  ),
  ...["G(ET", "G:ET", "G\u0000ET", "G\u00c4T", '"GET"', ""].map((method) =>
    refused(`a method that is no word, ${JSON.stringify(method)}`, line(`${method} /first HTTP/1.1`)),
  ),
  served("a method that no endpoint has", line("QUERY /first HTTP/1.1"), "QUERY /first"),
  refused("CONNECT", "CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n"),
  refused("CONNECT with a path", line("CONNECT /first HTTP/1.1")),

  refused("no version", line("GET /first")),
  refused("HTTP/0.9", "GET /first\r\n"),
  refused("HTTP/0.9 with a number", version("HTTP/0.9"), 400, 505),
  refused("HTTP/1.2", version("HTTP/1.2"), 400, 505),
  refused("HTTP/2.0", version("HTTP/2.0"), 400, 505),
  refused("HTTP/9.9", version("HTTP/9.9"), 400, 505),
  ...["HTTP/1.10", "HTTP/1.01", "HTTP/01.1", "HTTP/1", "HTTP/1.", "HTTP/.1", "HTTP/1,1", "HTTP/1.1x", "HTTP/+1.1", "HTTP/1.-1", "HTTP/11", "HTTP 1.1"].map(
    (text) => refused(text, version(text)),
  ),
  ...["http/1.1", "Http/1.1", "HTTPS/1.1", "XTTP/1.1", "HTTP\\1.1", "ICE/1.0", "RTSP/1.0", "HTTP/\u00b9.1"].map((text) =>
    refused(text, version(text), 400, 505),
  ),

  refused("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, 505),
  refused("a TLS handshake", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003"),
  refused("a proxy's greeting", "PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n"),
  refused("an answer", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
  refused("nonsense without a line end", "\u00ff".repeat(20)),

  last("HTTP/1.0", version("HTTP/1.0")),
  last("HTTP/1.0 without a host", "GET /first HTTP/1.0\r\n\r\n"),
  last("HTTP/1.0 that is to go on", message("GET /first HTTP/1.0", ["Connection: keep-alive"])),
  served("two requests at once", target("/first") + line("HEAD /second HTTP/1.1"), "GET /first", "HEAD /second"),
  { name: "a malformed request behind a whole one", sent: target("/first") + version("HTTP/1.10"), taken: ["GET /first"], statuses: [400] },
];
