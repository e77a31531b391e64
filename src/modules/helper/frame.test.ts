import { expect, test } from "bun:test";
import { encodeFrame, type Frame, FrameError, readFrames } from "./frame.ts";
import type { FrameHeader } from "./frame-header.ts";
import { BODY_LIMIT, HEADER_LIMIT } from "./wire.ts";

const CREDIT: FrameHeader = { kind: "credit", from: "host", id: 7, part: "reply", bytes: 12 };
const DATA: FrameHeader = { kind: "data", from: "helper", id: 1, part: "request", end: true };

async function* pieces(...all: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* all;
}

async function framesOf(...all: Uint8Array[]): Promise<Frame[]> {
  return await Array.fromAsync(readFrames(pieces(...all)));
}

test.each([1, 3, 7, 64, 100_000])("frames in pieces of %p bytes", async (size) => {
  const body = crypto.getRandomValues(new Uint8Array(BODY_LIMIT));
  const bytes = Buffer.concat([encodeFrame(CREDIT), encodeFrame(DATA, body), encodeFrame(DATA)]);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size));
  const frames = await framesOf(...parts);
  expect(frames.map(({ header }) => header)).toEqual([CREDIT, DATA, DATA]);
  expect(Buffer.compare(frames[1]?.body ?? new Uint8Array(), body)).toBe(0);
});

test("text of any language is text", async () => {
  const header: FrameHeader = { kind: "request", from: "helper", id: 1, method: "größer ☂ \u0000", params: { a: "日本" } };
  expect((await framesOf(encodeFrame(header)))[0]?.header).toEqual(header);
});

test("the beginning of a frame is dropped", async () => {
  const bytes = encodeFrame(DATA, new Uint8Array(10));
  for (const size of [1, 8, 20, bytes.length - 1]) expect(await framesOf(encodeFrame(CREDIT), bytes.subarray(0, size))).toHaveLength(1);
});

function raw(headerSize: number, bodySize: number, rest = ""): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setUint32(0, headerSize);
  view.setUint32(4, bodySize);
  return Buffer.concat([new Uint8Array(view.buffer), Buffer.from(rest)]);
}

test.each([
  ["a header that is too large", raw(HEADER_LIMIT + 1, 0)],
  ["a body that is too large", raw(2, BODY_LIMIT + 1, "{}")],
  ["text", Buffer.from("panic: something went wrong\n")],
  ["a header that is no JSON", raw(3, 0, "{,}")],
  ["a header that is no UTF-8", Buffer.concat([raw(2, 0), Buffer.from([0xff, 0xfe])])],
  ["a header without a kind", raw(2, 0, "{}")],
  ["an unknown kind", raw(34, 0, '{"kind":"x","from":"host","id":12}')],
  ["no header", raw(0, 0)],
  ["a credit that takes", encodeFrame({ ...CREDIT, bytes: -1 })],
])("%s is refused", async (_, bytes) => {
  expect(await framesOf(bytes).catch((error) => error)).toBeInstanceOf(FrameError);
});
