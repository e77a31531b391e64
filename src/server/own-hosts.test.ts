import { expect, test } from "bun:test";
import { networkInterfaces } from "node:os";
import { createOwnHosts } from "./own-hosts.ts";

const LOOPBACK = ["localhost", "LocalHost:80", "localhost.", "a.localhost:5000", "127.0.0.1:1", "127.9.9.9", "127.1", "[::1]:5000", "[::ffff:7f00:1]"];
const FOREIGN = [
  "attacker.example",
  "attacker.example:5000",
  "localhost.attacker.example",
  "127.0.0.1.nip.example",
  "0.0.0.0",
  "[::]",
  "192.0.2.7",
  "",
  ":5000",
  "a b",
];

test.each(["127.0.0.1", "localhost", "::1", "192.0.2.1", "", "0.0.0.0", "::"])(
  "listening on '%s', loopback is always its own, others are not",
  (listenHost) => {
    const isOwn = createOwnHosts({ listenHost, publicUrl: undefined, hosts: [] });
    for (const host of LOOPBACK) expect([host, isOwn(host)]).toEqual([host, true]);
    for (const host of FOREIGN) expect([host, isOwn(host)]).toEqual([host, false]);
    // The answer does not depend on what was asked before.
    for (const host of [...LOOPBACK, ...FOREIGN]) expect([host, isOwn(host)]).toEqual([host, LOOPBACK.includes(host)]);
  },
);

test("the address to listen on, publicUrl and server.hosts", () => {
  const isOwn = createOwnHosts({
    listenHost: "192.0.2.1",
    publicUrl: "https://Registry.example.org:8443/opm",
    hosts: ["Opm.Internal", "2001:DB8::7", "10.0.0.7"],
  });
  const own = ["192.0.2.1:5000", "registry.example.org", "REGISTRY.EXAMPLE.ORG.:443", "opm.internal:5000", "[2001:db8::7]:5000", "10.0.0.7"];
  for (const host of own) expect([host, isOwn(host)]).toEqual([host, true]);
  for (const host of ["example.org", "a.registry.example.org", "192.0.2.2", "[2001:db8::8]", "opm"]) expect([host, isOwn(host)]).toEqual([host, false]);
});

test.each(["", "0.0.0.0", "::"])("listening on every address ('%s'), the addresses of this machine are its own", (listenHost) => {
  const isOwn = createOwnHosts({ listenHost, publicUrl: undefined, hosts: [] });
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  expect(addresses.length).toBeGreaterThan(0);
  for (const { address, family } of addresses)
    expect([address, isOwn(family === "IPv6" ? `[${address.replace(/%.*/, "")}]:1` : `${address}:1`)]).toEqual([address, true]);
});

test("a named address to listen on is its own, its neighbours are not", () => {
  const isOwn = createOwnHosts({ listenHost: "fe80::1%eth0", publicUrl: undefined, hosts: [] });
  expect([isOwn("[fe80::1%25eth0]:5000"), isOwn("[fe80::1]"), isOwn("[fe80::2]")]).toEqual([true, true, false]);
});
