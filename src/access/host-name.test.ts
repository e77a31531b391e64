import { expect, test } from "bun:test";
import { isLoopback } from "../oci/loopback.ts";
import { canonicalAddress, parseAuthority, parseHost } from "./host-name.ts";

test.each([
  ["localhost", "localhost", undefined],
  ["LOCALHOST.:5000", "localhost", 5000],
  ["Registry.Example.org", "registry.example.org", undefined],
  ["my_registry:5000", "my_registry", 5000],
  ["xn--bcher-kva.example:", "xn--bcher-kva.example", undefined],
  ["127.0.0.1:65535", "127.0.0.1", 65_535],
  ["127.1:1", "127.0.0.1", 1],
  ["0x7f.0.0.1", "127.0.0.1", undefined],
  ["2130706433", "127.0.0.1", undefined],
  ["[::1]:5000", "::1", 5000],
  ["[0:0:0:0:0:0:0:1]", "::1", undefined],
  ["[::FFFF:127.0.0.1]", "127.0.0.1", undefined],
  ["[fe80::1%25eth0]:5000", "fe80::1", 5000],
  ["[fe80::1%eth0]", "fe80::1", undefined],
])("%s is the host %s", (text, host, port) => {
  expect(parseAuthority(text)).toEqual({ host, port });
});

test.each([
  "",
  ":5000",
  ".",
  "a..b",
  ".a",
  "a.:b",
  "a:65536",
  "a:-1",
  "a:5000:1",
  "user@a",
  "a b",
  "a/b",
  "a, b",
  "[::1",
  "::1",
  "[]",
  "[::g]",
  "[127.0.0.1]",
  "999.999.999.999",
  "1.2.3.4.5",
  "bücher.example",
  "a\u0000",
  "null",
])("%j is no host, or one that is a name only", (text) => {
  expect(parseAuthority(text)).toEqual(text === "null" ? { host: "null", port: undefined } : undefined);
});

test.each(["localhost", "a.localhost", "a.b.localhost", "127.0.0.1", "127.255.0.3", "::1"])("%s is loopback", (host) => {
  expect(isLoopback(host)).toBe(true);
});

test.each(["notlocalhost", "localhost.example.org", "0.0.0.0", "::", "128.0.0.1", "localhosts", ""])("%s is not loopback", (host) => {
  expect(isLoopback(host)).toBe(false);
});

test("addresses in their shortest form", () => {
  expect(["1.2.3.4", "2001:DB8:0:0::1", "::ffff:1.2.3.4", "fe80::1%eth0", "a.b", "::"].map(canonicalAddress)).toEqual([
    "1.2.3.4",
    "2001:db8::1",
    "1.2.3.4",
    "fe80::1",
    undefined,
    "::",
  ]);
});

test("hosts of settings have no port and no scheme", () => {
  expect(["a.example", "::1", "[::1]", "10.0.0.1", "a:1", "a:", "http://a", "[::1]:1", "*", ""].map(parseHost)).toEqual([
    "a.example",
    "::1",
    "::1",
    "10.0.0.1",
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
