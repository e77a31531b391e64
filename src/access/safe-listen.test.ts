import { expect, test } from "bun:test";
import { assertSafeToListen } from "./safe-listen.ts";

test.each(["127.0.0.1", "127.255.3.4", "localhost", "LOCALHOST", "::1", "[::1]", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "::1%lo"])("%s is loopback", (host) => {
  expect(() => assertSafeToListen({ listenHost: host, grants: undefined })).not.toThrow();
});

test.each([
  "",
  "0.0.0.0",
  "::",
  "[::]",
  "192.0.2.1",
  "128.0.0.1",
  "127.1",
  "127.0.0.1.example.org",
  "localhost.example.org",
  "::ffff:192.0.2.1",
  "::2",
  "fe80::1%lo",
])("%s is not", (host) => {
  expect(() => assertSafeToListen({ listenHost: host, grants: undefined })).toThrow(/access\.grants .*access\.htpasswd.* listen /);
  expect(() => assertSafeToListen({ listenHost: host, grants: [] })).not.toThrow();
});
