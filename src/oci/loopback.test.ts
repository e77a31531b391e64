import { expect, test } from "bun:test";
import { isLoopback } from "./loopback.ts";

const BARE = ["127.0.0.1", "127.255.3.4", "localhost", "LOCALHOST", "app.localhost", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "::1%lo"];
const WITH_PORT = ["localhost:5000", "App.localhost:80", "127.0.0.1:5000", "[::1]", "[::1]:5000", "[::1%lo]:5000", "[::ffff:127.1.2.3]:1"];

test.each([...BARE, ...WITH_PORT])("%s is loopback", (host) => {
  expect(isLoopback(host)).toBe(true);
});

const OTHERS = ["0.0.0.0", "::", "[::]", "192.0.2.1", "128.0.0.1", "127.1", "127.0.0.256", "127.0.0.1.example.org", "localhost.example.org", "notlocalhost"];

test.each(["", ...OTHERS, "::ffff:192.0.2.1", "::2", "fe80::1%lo", "[::2]:5000", "r.example.com:127", "::1]", "[::1", "[localhost", "::1:5000"])(
  "%s is not",
  (host) => {
    expect(isLoopback(host)).toBe(false);
  },
);
