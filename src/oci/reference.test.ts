import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { digestOf } from "./digest.ts";
import { RegistryError } from "./errors.ts";
import { parseManifestReference } from "./reference.ts";

describe("parseManifestReference", () => {
  test("a digest is a digest, everything without a colon a tag", () => {
    const digest = digestOf("x", "sha512");
    expect(parseManifestReference(digest)).toEqual({ digest });
    expect(parseManifestReference("latest")).toMatchObject({ tag: "latest" });
    expect(parseManifestReference("sha256")).toMatchObject({ tag: "sha256" });
    expect(parseManifestReference("sha256-abc")).toMatchObject({ tag: "sha256-abc" });
  });

  test("what holds a colon is never taken for a tag", () => {
    for (const text of ["latest:", ":latest", "sha256:abc", "md5:d41d8cd98f00b204e9800998ecf8427e"]) {
      expect(() => parseManifestReference(text)).toThrow(expect.objectContaining({ code: "DIGEST_INVALID" }));
    }
    for (const text of ["", "-a", "a/b"]) expect(() => parseManifestReference(text)).toThrow(expect.objectContaining({ code: "TAG_INVALID" }));
  });

  test("gives back what it was given, or throws RegistryError", () => {
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.stringMatching(/^[a-zA-Z0-9._:-]{0,80}$/),
      fc.uint8Array().map((bytes) => digestOf(bytes)),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          expect(Object.values(parseManifestReference(text))).toEqual([text]);
        } catch (error) {
          if (!(error instanceof RegistryError)) throw error;
          expect(error.code).toBe(text.includes(":") ? "DIGEST_INVALID" : "TAG_INVALID");
        }
      }),
    );
  });
});
