import { type Case, message, refused, served } from "./case.ts";

const get = (...fields: readonly string[]) => message("GET /first HTTP/1.1", fields);
const bare = (...lines: readonly string[]) => ["GET /first HTTP/1.1", ...lines, "", ""].join("\r\n");

/** Every control character that is no blank or line end. */
const CONTROLS = [0x00, 0x01, 0x07, 0x08, 0x0b, 0x0c, 0x0e, 0x1b, 0x1f, 0x7f];

const hex = (byte: number) => `0x${byte.toString(16).padStart(2, "0")}`;

/** Lines of a head (RFC 9112, sections 2.2 and 5), and hosts (section 3.2). */
export const FIELDS: readonly Case[] = [
  served("blanks around a value", get("X: \t a b \t ")),
  served("an empty value", get("X:", "Y: ")),
  served("a value of bytes beyond ASCII", get("X: \u0080\u00e4\u00ff")),
  served("every character of a name", get("!#$%&'*+-.^_`|~09AZaz: x")),
  served("a hundred fields", get(...Array.from({ length: 100 }, (_, at) => `X-${at}: ${at}`))),
  served("a value with colons and quotes", get('X: a:b "c', "Y: :")),

  ...CONTROLS.map((byte) => refused(`${hex(byte)} in a value`, get(`X: a${String.fromCharCode(byte)}b`))),
  ...[...CONTROLS, 0x20, 0x09, 0x80, 0xa0, 0xe4, 0xff].map((byte) => refused(`${hex(byte)} in a name`, get(`X${String.fromCharCode(byte)}Y: a`))),
  ...['"', "(", ")", ",", "/", ";", "<", "=", ">", "?", "@", "[", "\\", "]", "{", "}"].map((mark) => refused(`${mark} in a name`, get(`X${mark}Y: a`))),
  refused("no name", get(": a")),
  refused("no colon", get("nonsense")),
  refused("no colon, in the last line", bare("Host: localhost", "X")),
  refused("a blank before the colon", get("X : a")),
  refused("a tab before the colon", get("X\t: a")),
  refused("a folded value", get("X: a", " b")),
  refused("a value folded by a tab", get("X: a", "\tb")),
  refused("a folded empty line", get("X: a", " ")),
  refused("a folded first line", bare(" X: a", "Host: localhost")),
  refused("a blank line that is not empty", get(" ")),
  refused("CR in a value", get("X: a\rb")),
  refused("CR before CR LF", get("X: a\r")),
  refused("CR at the beginning of a line", get("\rX: a")),
  refused("LF for a line end", "GET /first HTTP/1.1\r\nHost: localhost\nX: a\r\n\r\n"),
  refused("LF for every line end", "GET /first HTTP/1.1\nHost: localhost\n\n"),
  refused("LF behind the request line", "GET /first HTTP/1.1\nHost: localhost\r\n\r\n"),
  refused("LF for the empty line", "GET /first HTTP/1.1\r\nHost: localhost\r\n\n"),
  refused("CR for the empty line", "GET /first HTTP/1.1\r\nHost: localhost\r\n\rX"),
  refused("LF CR for a line end", "GET /first HTTP/1.1\r\nHost: localhost\n\r\r\n"),

  refused("ten thousand fields", get(...Array.from({ length: 10_000 }, (_, at) => `X-${at}: ${at}`)), 400, 431),
  refused("a field of 100 kB", get(`X: ${"a".repeat(100_000)}`), 400, 431),
  refused("a name of 100 kB", get(`${"a".repeat(100_000)}: x`), 400, 431),

  served("a host with a port", bare("Host: localhost:80")),
  served("a host in another case, without a blank", bare("hOST:localhost")),
  served("every character of a host", bare("Host: aZ09.-_~!$&'()*+,;=%[]:")),
  served("a host that is an address of IPv6", bare("Host: [fe80::1%25eth0]:80")),
  served("an empty host", bare("Host:")),
  ...['"', "#", "/", "<", ">", "?", "@", "\\", "^", "`", "{", "|", "}"].map((mark) => refused(`${mark} in a host`, bare(`Host: local${mark}host`))),
  ...[0x09, 0x20, 0x80, 0xa0, 0xe4, 0xff].map((byte) => refused(`${hex(byte)} in a host`, bare(`Host: local${String.fromCharCode(byte)}host`))),
  refused("a host with a user", bare("Host: user:secret@localhost")),
  refused("a host that is a URL", bare("Host: http://localhost/")),
  refused("two hosts in one, with a blank", bare("Host: localhost, localhost")),
  refused("a host with a blank in HTTP/1.0", "GET /first HTTP/1.0\r\nHost: local host\r\n\r\n"),
  refused("a host with a blank beside a URL", "GET http://localhost/first HTTP/1.1\r\nHost: local host\r\n\r\n"),
  refused("no host", bare("X: a")),
  refused("no field at all", bare()),
  refused("a host behind NUL", bare("Host: \u0000localhost")),
  refused("a host behind a blank line", "GET /first HTTP/1.1\r\n\r\nHost: localhost\r\n\r\n"),
  refused("a blank before the colon of the host", bare("Host : localhost")),
  refused("a folded host", bare("Host:", " localhost")),
];
