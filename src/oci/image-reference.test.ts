import { expect, test } from "bun:test";
import fc from "fast-check";
import { formatImageReference, manifestReferenceOf, parseImageReference, parseRegistryHost, parseRepositoryReference } from "./image-reference.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;

test.each([
  ["alpine", "docker.io/library/alpine"],
  ["alpine:3.20", "docker.io/library/alpine:3.20"],
  ["bitnami/redis", "docker.io/bitnami/redis"],
  ["docker.io/alpine", "docker.io/library/alpine"],
  ["index.docker.io/library/alpine", "docker.io/library/alpine"],
  ["registry-1.docker.io/alpine", "docker.io/library/alpine"],
  ["localhost/app", "localhost/app"],
  ["localhost:5000/app:v1", "localhost:5000/app:v1"],
  ["registry.example.com/a/b/c:v1", "registry.example.com/a/b/c:v1"],
  ["REGISTRY.example.com/a", "registry.example.com/a"],
  ["[::1]:5000/app:v1", "[::1]:5000/app:v1"],
  ["127.0.0.1:80/app", "127.0.0.1:80/app"],
  [`registry.example.com/app@${DIGEST}`, `registry.example.com/app@${DIGEST}`],
  [`registry.example.com/app:v1@${DIGEST}`, `registry.example.com/app:v1@${DIGEST}`],
])("%s is %s", (text, full) => {
  expect(formatImageReference(parseImageReference(text))).toBe(full);
  expect(formatImageReference(parseImageReference(full))).toBe(full);
});

test.each([
  "",
  "/",
  ":v1",
  "@",
  "app:",
  "app@sha256:12",
  "a//b",
  "Alpine",
  "registry.example.com/",
  "registry.example.com:99999/a",
  "host.example:0/a",
  "-a.b/c",
  "a b",
])("'%s' is no reference", (text) => {
  expect(() => parseImageReference(text)).toThrow(/^invalid /);
});

test.each(["ftp", "docker", "oci", "OCI"])("a scheme is named as the reason: %s", (scheme) => {
  expect(() => parseImageReference(`${scheme}://registry.example.com:5000/a:v1`)).toThrow("leave out the scheme");
  expect(() => parseRepositoryReference(`${scheme}://localhost/a`)).toThrow("leave out the scheme");
});

test.each(["http", "https", "HTTP"])("the scheme of a web page may stand in front, as servers print their address: %s", (scheme) => {
  expect(parseImageReference(`${scheme}://127.0.0.1:5000/a/b:v1`)).toEqual(parseImageReference("127.0.0.1:5000/a/b:v1"));
  expect(parseRepositoryReference(`${scheme}://localhost/a`)).toEqual(parseRepositoryReference("localhost/a"));
  expect(parseImageReference(`${scheme}://registry/a`)).toMatchObject({ registry: "registry", repository: "a" });
  expect(() => parseImageReference(`${scheme}://registry`)).toThrow(/^invalid /);
  for (const end of ["", "/"]) expect(parseRegistryHost(`${scheme}://127.0.0.1:5000${end}`)).toBe("127.0.0.1:5000");
});

test.each([
  "localhost",
  "localhost:5000",
  "127.0.0.1",
  "127.0.0.1:5000",
  "[::1]:5000",
  "registry.example.com:5000",
  "http://127.0.0.1:5000",
  "http://127.0.0.1:5000/",
])("a registry alone is no reference, least of all one on Docker Hub: %s", (text) => {
  expect(() => parseImageReference(text)).toThrow("it names a registry and nothing in it");
});

test("names with a tag that is a number stay names", () => {
  for (const name of ["ubuntu:2204", "a/b.c:1", "team/localhost:5000"]) expect(parseImageReference(name).registry).toBe("docker.io");
});

test("the digest counts before the tag, and latest where there is neither", () => {
  expect(String(manifestReferenceOf(parseImageReference(`a:v1@${DIGEST}`)))).toBe(DIGEST);
  expect(String(manifestReferenceOf(parseImageReference("a:v1")))).toBe("v1");
  expect(String(manifestReferenceOf(parseImageReference("a")))).toBe("latest");
});

test("a host has no path and no scheme", () => {
  expect(parseRegistryHost("Registry.Example.com:5000")).toBe("registry.example.com:5000");
  expect(() => parseRegistryHost("registry.example.com/a")).toThrow("invalid registry host");
});

test.each(["http://registry/team/app:1", "https://registry/team/app", "Registry/team/app:1"])(
  "a host of one word (%s) stays one when it is written",
  (text) => {
    const reference = parseImageReference(text);
    expect(reference.registry).toBe("registry");
    expect(formatImageReference(reference)).toStartWith("https://registry/team/app");
    expect(parseImageReference(formatImageReference(reference))).toEqual(reference);
  },
);

test("any text is a reference that stays the same, or a RegistryError", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-zA-Z0-9.:/@[\]_-]{1,40}$/)), (text) => {
      let reference: ReturnType<typeof parseImageReference>;
      try {
        reference = parseImageReference(text);
      } catch (error) {
        return error instanceof Error && error.name === "RegistryError";
      }
      return formatImageReference(parseImageReference(formatImageReference(reference))) === formatImageReference(reference);
    }),
  );
});
