import { expect, test } from "bun:test";
import { etagOf, matchesEtag } from "./etag.ts";

const etag = etagOf("sha256:abc");

test("the tag of a digest is a quoted string", () => {
  expect(etag).toBe('"sha256:abc"');
});

test.each(['"sha256:abc"', 'W/"sha256:abc"', "*", " * ", '"other", "sha256:abc"', '"other",W/"sha256:abc" '])("If-None-Match: %s names it", (header) => {
  expect(matchesEtag(header, etag)).toBeTrue();
});

test.each([undefined, "", ",", '"other"', "sha256:abc", '"sha256:abc', '"sha256:abcd"', 'w/"sha256:abc"', '"*"', "**"])(
  "If-None-Match: %p does not",
  (header) => {
    expect(matchesEtag(header, etag)).toBeFalse();
  },
);
