import { expect, test } from "bun:test";
import fc from "fast-check";
import { createCursors } from "./cursor.ts";

const KEY = new Uint8Array(32).fill(7);
const { seal, open } = createCursors(KEY);
const position = fc.record({ key: fc.oneof(fc.string(), fc.maxSafeInteger()), name: fc.string() });

test("a cursor is read again for the request that it was made for", () => {
  fc.assert(fc.property(fc.string(), position, (request, at) => expect(open(request, seal(request, at))).toEqual(at)));
});

test("no other request, key or text is taken", () => {
  const cursor = seal("list", { key: "a", name: "b" });
  expect(() => open("other", cursor)).toThrow("parameter cursor");
  expect(() => createCursors(new Uint8Array(32).fill(8)).open("list", cursor)).toThrow("parameter cursor");
  fc.assert(fc.property(fc.string(), (text) => expect(() => open("list", text)).toThrow("parameter cursor")));
});

test("no character of a cursor can be changed", () => {
  const cursor = seal("list", { key: 12, name: "team/app" });
  for (let at = 0; at < cursor.length; at++) {
    const changed = `${cursor.slice(0, at)}${cursor[at] === "A" ? "B" : "A"}${cursor.slice(at + 1)}`;
    expect(() => open("list", changed)).toThrow("parameter cursor");
  }
});
