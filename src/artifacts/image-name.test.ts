import { expect, test } from "bun:test";
import fc from "fast-check";
import { parseImageName } from "./image-name.ts";

const digest = `sha256:${"a".repeat(64)}`;

test.each([
  ["alpine", "docker.io", "library/alpine", undefined, undefined],
  ["alpine:3.19", "docker.io", "library/alpine", "3.19", undefined],
  ["bitnami/redis", "docker.io", "bitnami/redis", undefined, undefined],
  ["docker.io/library/alpine:3", "docker.io", "library/alpine", "3", undefined],
  ["docker.io/alpine", "docker.io", "library/alpine", undefined, undefined],
  ["index.docker.io/a/b", "docker.io", "a/b", undefined, undefined],
  ["localhost/app", "localhost", "app", undefined, undefined],
  ["registry.test:5000/team/app:v1", "registry.test:5000", "team/app", "v1", undefined],
  [`registry.test/app@${digest}`, "registry.test", "app", undefined, digest],
  [`registry.test/app:v1@${digest}`, "registry.test", "app", "v1", digest],
])("%s", (text, registry, repository, tag, expected) => {
  expect(parseImageName(text)).toMatchObject({ registry, repository, tag, digest: expected });
});

test.each(["", "/", "App", "a//b", "a:b:c", "a@b", `a@${digest}@${digest}`, "registry.test:5000/", "a b", "https://registry.test/a"])("%p is none", (text) => {
  expect(parseImageName(text)).toBeUndefined();
});

test("throws for no text", () => {
  fc.assert(fc.property(fc.string({ maxLength: 40 }), (text) => parseImageName(text)?.repository !== ""));
});
