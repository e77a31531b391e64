import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Coordination } from "../../storage/metadata/coordination.ts";
import { fakePort } from "../../storage/metadata/testing/fake-port.ts";
import { createCursors, openCursors } from "./cursor.ts";

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

test("nothing of the position can be read in it, and one position has one cursor", () => {
  const at = { key: "team/secret", name: "team/secret" };
  const cursor = seal("list", at);
  expect(Buffer.from(cursor, "base64url").toString("latin1")).not.toContain("secret");
  expect(cursor).toMatch(/^[\w-]+\.[\w-]+$/);
  expect(seal("list", at)).toBe(cursor);
  expect(seal("other", at).slice(0, 16)).not.toBe(cursor.slice(0, 16));
});

test("processes over one database read the cursors of each other", async () => {
  const secrets = new Map<string, Uint8Array>();
  const sharedSecret = async (name: string, candidate: Uint8Array): Promise<Uint8Array> => {
    const known = secrets.get(name) ?? candidate;
    secrets.set(name, known);
    return known;
  };
  const coordination = fakePort<Coordination>({ sharedSecret });
  const [first, second] = [await openCursors(coordination), await openCursors(coordination)];
  expect(second.open("list", first.seal("list", { key: 1, name: "b" }))).toEqual({ key: 1, name: "b" });
});

test("no character of a cursor can be changed", () => {
  const cursor = seal("list", { key: 12, name: "team/app" });
  for (let at = 0; at < cursor.length; at++) {
    const changed = `${cursor.slice(0, at)}${cursor[at] === "A" ? "B" : "A"}${cursor.slice(at + 1)}`;
    expect(() => open("list", changed)).toThrow("parameter cursor");
  }
});
