import { expect, test } from "bun:test";
import { parseListen } from "./listen.ts";

test.each([
  ["127.0.0.1:5000", "127.0.0.1", 5000],
  ["[::1]:5000", "::1", 5000],
  [":0", "", 0],
  ["registry.example:443", "registry.example", 443],
])("%s", (listen, host, port) => {
  expect(parseListen(listen)).toEqual({ host, port });
});
