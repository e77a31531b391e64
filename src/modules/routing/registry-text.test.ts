import { expect, test } from "bun:test";
import { formatRegistryText, isInsecureByDefault, parseRegistryText } from "./registry-text.ts";

test.each([
  ["registry.example.com", { host: "registry.example.com", repository: "", insecure: false }],
  ["localhost:5000/a/b", { host: "localhost:5000", repository: "a/b", insecure: true }],
  ["localhost:5000+secure", { host: "localhost:5000", repository: "", insecure: false }],
  ["r.example.com/a+insecure", { host: "r.example.com", repository: "a", insecure: true }],
  ["[::1]:5000", { host: "[::1]:5000", repository: "", insecure: true }],
  ["none", { host: "none", repository: "", insecure: false }],
])("%s", (text, place) => {
  expect(parseRegistryText(text)).toEqual(place);
  expect(formatRegistryText(place)).toBe(text);
});

test.each([
  ["http://r.example.com/", "without a scheme: 'r.example.com+insecure', not http://…"],
  ["https://user:secret@r.example.com", "without a scheme: 'r.example.com', not https://…"],
  ["localhost", "'localhost' is no host"],
  ["r.example.com+bogus", "'+bogus' is unknown"],
  ["r.example.com/a:tag", "it has a tag"],
  ["r.example.com/a@sha256:0", "it has a digest"],
  ["r.example.com/a/", "it ends in a slash"],
  ["r.example.com/A", "no folder of repositories"],
  ["user:secret@r.example.com/a", "a user has no place here"],
  [`${"a".repeat(2000)}.test`, "too long"],
])("%s is refused", (text, message) => {
  expect(() => parseRegistryText(text)).toThrow(message);
  expect(() => parseRegistryText(text)).not.toThrow("secret");
});

test.each([
  ["localhost", true],
  ["localhost:80", true],
  ["127.0.0.1:5000", true],
  ["127.0.0.2", false],
  ["[::1]", true],
  ["[0:0:0:0:0:0:0:1]:5000", true],
  ["[::2]:5000", false],
  ["localhost.example.com", false],
])("%s without TLS by default: %p", (host, insecure) => {
  expect(isInsecureByDefault(host)).toBe(insecure);
});
