import { expect, test } from "bun:test";
import { type ContentStore, ContentStoreError } from "../../storage/content-store.ts";
import { openMemoryStore } from "../../storage/memory/memory-store.ts";
import { contentOf } from "../../storage/testing/content.ts";
import { copyOne } from "./copy-one.ts";

const { digest, bytes } = contentOf(5000, 1);
const content = { digest, size: bytes.length, location: "one" };
const down = new ContentStoreError("unavailable", "the service does not answer");
const { signal } = new AbortController();

type Source = Pick<ContentStore, "read" | "stat">;

const readOf = async (): Promise<ReadableStream<Uint8Array>> => {
  throw down;
};
const breaking = async (): Promise<ReadableStream<Uint8Array>> =>
  new ReadableStream({
    start: (controller) => controller.enqueue(bytes.subarray(0, 10)),
    pull: (controller) => controller.error(down),
  });
const unanswered = async (): Promise<number> => {
  throw down;
};

const SILENT: readonly [string, Source][] = [
  ["does not answer", { read: readOf, stat: unanswered }],
  ["breaks off", { read: breaking, stat: unanswered }],
  ["breaks off and has all of it", { read: breaking, stat: async () => bytes.length }],
];

test.each(SILENT)("content of a service that %s is not taken for damaged", async (_, from) => {
  expect(await copyOne(content, { from, to: openMemoryStore(), signal }).catch((error: unknown) => error)).toBe(down);
});

test("content that has another size where it lies, or cannot be read from a disk, is damaged", async () => {
  const shorter: Source = { read: readOf, stat: async () => 10 };
  expect(await copyOne(content, { from: shorter, to: openMemoryStore(), signal })).toBe("corrupt");
  const disk: Source = {
    read: async () => {
      throw Object.assign(new Error("input/output error"), { code: "EIO" });
    },
    stat: async () => bytes.length,
  };
  expect(await copyOne(content, { from: disk, to: openMemoryStore(), signal })).toBe("corrupt");
});

test.each([0, 2])("a target that gives up after %i pieces leaves nothing open at the source", async (pieces) => {
  let open = 0;
  const read = async (): Promise<ReadableStream<Uint8Array>> => {
    open++;
    return new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1)), cancel: () => void open-- }, { highWaterMark: 0 });
  };
  const write: ContentStore["write"] = async (_, source) => {
    // by hand: as a writer that leaves without a word
    const iterator = source[Symbol.asyncIterator]();
    for (let piece = 0; piece < pieces; piece++) await iterator.next();
    throw down;
  };
  await expect(copyOne(content, { from: { read, stat: unanswered }, to: { write }, signal })).rejects.toBe(down);
  expect(open).toBe(0);
});
