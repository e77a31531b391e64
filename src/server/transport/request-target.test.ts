import { expect, test } from "bun:test";
import { parseRequestTarget } from "./request-target.ts";

test.each([
  ["/v2/", "/v2/", "", undefined],
  ["/v2/?n=1?2", "/v2/", "n=1?2", undefined],
  ["//a/b", "//a/b", "", undefined],
  ["http://127.0.0.1:5000/v2/?n=1", "/v2/", "n=1", "127.0.0.1:5000"],
  ["HTTPS://Registry.example/v2/a%2Fb", "/v2/a%2Fb", "", "Registry.example"],
  ["http://[::1]:5000/v2/", "/v2/", "", "[::1]:5000"],
  ["http://a", "/", "", "a"],
  ["http://a?x=1", "/", "x=1", "a"],
  ["http://a//b", "//b", "", "a"],
])("%s", (target, path, search, authority) => {
  expect(parseRequestTarget(target)).toEqual({ path, search, authority });
});

test.each([
  "http://user@a/v2/",
  "http://user:secret@a/",
  "http:///v2/",
  "ftp://a/v2/",
  "a:443",
  "v2/",
  "",
  "http:/v2/",
  "http://a b/",
  'http://a"b/',
  "http://a#b/",
  "http://\u00e4/",
])("%j is malformed, which its path shows", (target) => {
  const { path, authority } = parseRequestTarget(target);
  expect(path.startsWith("/")).toBe(false);
  expect(authority).toBeUndefined();
});
