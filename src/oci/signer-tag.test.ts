import { expect, test } from "bun:test";
import { digestOf } from "./digest.ts";
import { signerTag } from "./signer-tag.ts";
import { classifyTag } from "./tag-class.ts";

test("names what is signed, in the class of attachments", () => {
  const tag = signerTag(digestOf("x"), "sig");
  expect(tag as string | undefined).toMatch(/^sha256-[0-9a-f]{64}\.sig$/);
  expect(classifyTag(tag ?? "", "image").class).toBe("attachment");
});

test("a digest that is too long for a tag has none", () => expect(signerTag(digestOf("x", "sha512"), "sig")).toBeUndefined());
