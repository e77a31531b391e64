import { describe, expect, test } from "bun:test";
import { parseImageReference } from "../../oci/image-reference.ts";
import { parseReferenceName, referenceNameOf } from "./reference-name.ts";

const DIGEST = `sha256:${"0".repeat(64)}`;

describe("parseReferenceName", () => {
  test.each([
    ["img/echo:1.0.0", { repository: "img/echo", tag: "1.0.0" }],
    ["/img/echo", { repository: "img/echo", tag: undefined }],
    [`img/echo:1.0.0@${DIGEST}`, { repository: "img/echo", tag: "1.0.0" }],
    [`img/echo@${DIGEST}`, { repository: "img/echo", tag: undefined }],
  ])("%p", (text, expected) => {
    expect(parseReferenceName(text)).toEqual(expected as ReturnType<typeof parseReferenceName>);
  });

  test.each(["", "Img/Echo", "../up", "img/echo:", "img/echo:a/b", "registry.example.com:5000/img/echo", undefined, null, 7, "a".repeat(300)])(
    "nothing of %p",
    (text) => {
      expect(parseReferenceName(text)).toBeUndefined();
    },
  );
});

describe("referenceNameOf", () => {
  test.each([
    ["registry.example.com:5000/img/echo:1.0.0", "img/echo:1.0.0"],
    [`localhost:5000/img/echo:1.0.0@${DIGEST}`, "img/echo:1.0.0"],
    [`localhost:5000/img/echo@${DIGEST}`, `img/echo@${DIGEST}`],
    ["alpine", "library/alpine"],
  ])("%p", (text, expected) => {
    expect(referenceNameOf(parseImageReference(text))).toBe(expected);
  });
});
