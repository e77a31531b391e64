import { expect, test } from "bun:test";
import type { FileHandle } from "node:fs/promises";
import { array, assert, asyncProperty, boolean, integer, nat } from "fast-check";
import { writeStream } from "./write-stream.ts";

const MIB = 1024 * 1024;

/** A file in memory that writes as little at a time as it is told, and later. */
function slowFile(size: number, { most = size, wait = async () => {} }: { readonly most?: number; readonly wait?: () => Promise<unknown> } = {}) {
  const content = new Uint8Array(size);
  let under = 0;
  const write = async (bytes: Uint8Array, position: number) => {
    under++;
    await wait();
    under--;
    const part = bytes.subarray(0, Math.max(1, most));
    content.set(part, position);
    return { bytesWritten: part.length };
  };
  const file = {
    write: (bytes: Uint8Array, at: number, length: number, position: number) => write(bytes.subarray(at, at + length), position),
    writev: (pieces: readonly Uint8Array[], position: number) => write(Buffer.concat(pieces), position),
  } as unknown as FileHandle;
  return { file, content, isWriting: () => under > 0 };
}

async function* inPieces(content: Uint8Array, sizes: readonly number[], pause: () => Promise<unknown>): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let turn = 0; at < content.length; turn++) {
    const size = sizes[turn % sizes.length] ?? content.length;
    await pause();
    yield content.slice(at, at + size);
    at += size;
  }
}

test("files get every byte in its place, however pieces come and writes go", async () => {
  await assert(
    asyncProperty(
      array(integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 8 }),
      nat(20_000),
      integer({ min: 1, max: 4000 }),
      nat(300),
      boolean(),
      async (sizes, size, most, start, isLate) => {
        const content = crypto.getRandomValues(new Uint8Array(size));
        const later = async () => void (isLate && (await new Promise(setImmediate)));
        const files = [slowFile(size + start, { most, wait: later }), slowFile(size + start, { most: most * 2 })];
        const told: number[] = [];
        await writeStream(
          files.map(({ file }) => file),
          inPieces(content, sizes, isLate ? async () => {} : () => new Promise(setImmediate)),
          { start, onBytes: (bytes) => void told.push(bytes) },
        );
        for (const file of files) expect([file.content.subarray(start), file.isWriting()]).toEqual([content, false]);
        expect(told).toEqual(told.toSorted((a, b) => a - b));
        expect(told.at(-1) ?? start).toBe(start + size);
      },
    ),
    { numRuns: 150 },
  );
});

test("no more is taken than is held", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { file } = slowFile(64 * MIB, { wait: () => promise });
  let taken = 0;
  const stream = async function* () {
    for (; taken < 64; taken++) yield new Uint8Array(MIB);
  };
  const written = writeStream([file], stream());
  await Bun.sleep(20);
  expect(taken).toBeLessThan(8);
  resolve();
  await written;
  expect(taken).toBe(64);
});

test("an error of a file, or of the stream, comes when nothing is being written any more", async () => {
  const good = slowFile(MIB, { wait: () => Bun.sleep(5) });
  const full = { write: () => Promise.reject(new Error("full")), writev: () => Promise.reject(new Error("full")) } as unknown as FileHandle;
  let isEnded = false;
  const endless = async function* () {
    try {
      for (;;) {
        await new Promise(setImmediate);
        yield new Uint8Array(10);
      }
    } finally {
      isEnded = true;
    }
  };
  expect(await writeStream([good.file, full], endless()).catch(String)).toBe("Error: full");
  expect([isEnded, good.isWriting()]).toEqual([true, false]);
  const broken = async function* () {
    yield new Uint8Array(10);
    throw new Error("broken");
  };
  expect(await writeStream([good.file], broken()).catch(String)).toBe("Error: broken");
  expect(good.isWriting()).toBe(false);
});
