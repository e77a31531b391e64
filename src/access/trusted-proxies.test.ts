import { describe, expect, test } from "bun:test";
import { createClientAddress, parseNetwork } from "./trusted-proxies.ts";

test.each([
  ["10.0.0.7", { address: "10.0.0.7", bits: 32 }],
  ["10.0.0.0/8", { address: "10.0.0.0", bits: 8 }],
  ["0.0.0.0/0", { address: "0.0.0.0", bits: 0 }],
  ["::1", { address: "::1", bits: 128 }],
  ["2001:DB8::/32", { address: "2001:db8::", bits: 32 }],
  ["::ffff:10.0.0.7", { address: "10.0.0.7", bits: 32 }],
])("%s is a network", (text, network) => {
  expect(parseNetwork(text)).toEqual(network);
});

test.each([
  "",
  "localhost",
  "10.0.0.0/33",
  "10.0.0.0/",
  "10.0.0.0/-1",
  "10.0.0/8",
  "::/129",
  "10.0.0.0/8/8",
  "[::1]",
  "fe80::1%eth0",
  "::ffff:10.0.0.0/104",
  "10.0.0.1:80",
  "*",
])("%j is none", (text) => {
  expect(parseNetwork(text)).toBeUndefined();
});

describe("the client behind proxies", () => {
  const clientOf = createClientAddress(["10.0.0.0/8", "127.0.0.1", "2001:db8:1::/48"]);

  test.each([
    ["no header", "10.0.0.1", undefined, "10.0.0.1"],
    ["a peer that is not trusted", "192.0.2.9", "198.51.100.1", "192.0.2.9"],
    ["a proxy", "10.0.0.1", "198.51.100.1", "198.51.100.1"],
    ["what the client claims goes before", "10.0.0.1", "203.0.113.1, 198.51.100.1", "198.51.100.1"],
    ["what it claims of trusted ones, too", "10.0.0.1", "10.9.9.9,198.51.100.1", "198.51.100.1"],
    ["proxies in a row", "10.0.0.1", "198.51.100.1, 10.0.0.2, 127.0.0.1", "198.51.100.1"],
    ["all are trusted: the first", "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"],
    ["mapped into IPv6", "::ffff:10.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"],
    ["IPv6", "2001:db8:1::7", "2001:DB8:2:0::1", "2001:db8:2::1"],
    ["with ports", "10.0.0.1", "[2001:db8:2::1]:4711, 10.0.0.2:80", "2001:db8:2::1"],
    ["IPv4 with a port", "10.0.0.1", "198.51.100.1:4711", "198.51.100.1"],
    ["what is no address", "10.0.0.1", "unknown", "10.0.0.1"],
    ["what is no address, behind a proxy", "10.0.0.1", "198.51.100.1, _hidden, 10.0.0.2", "10.0.0.2"],
    ["empty", "10.0.0.1", "", "10.0.0.1"],
    ["escape sequences", "10.0.0.1", "\u001b[2J", "10.0.0.1"],
    ["very many", "10.0.0.1", `198.51.100.1,${"10.0.0.2,".repeat(5000)}10.0.0.3`, "10.0.0.2"],
  ])("%s", (_name, peer, header, client) => {
    expect(clientOf(peer, header)).toBe(client);
  });

  test("nobody is trusted without being named", () => {
    expect(createClientAddress([])("127.0.0.1", "198.51.100.1")).toBe("127.0.0.1");
  });
});
