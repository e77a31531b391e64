import { afterAll, beforeAll, expect, test } from "bun:test";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import fc from "fast-check";
import type { RegistryError } from "../../oci/errors.ts";
import type { ByteSource, TakePiece } from "../../storage/byte-source.ts";
import { bytesOf } from "../../storage/testing/content.ts";
import { requestFeed } from "../node/request-feed.ts";
import { readRequestBody } from "./request-body.ts";
import { inTurn } from "./turns.ts";

/** How a consumer takes a piece: at once, some turns of the event loop later, or milliseconds later. */
type Pace = "now" | "turn" | "later";

const PACES = fc.array(fc.constantFrom<Pace>("now", "now", "turn", "later"), { minLength: 1, maxLength: 20 });
const SIZES = fc.array(fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 200_000 })), { maxLength: 20 });
const MOST = 4_000_000;

type Consumer = (body: ByteSource, request: IncomingMessage) => Promise<void>;

let server: Server;
let consume: Consumer;
let outcome: PromiseWithResolvers<unknown>;
const content = bytesOf(MOST);

beforeAll(async () => {
  server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await consume(readRequestBody({ feed: requestFeed(request, response), idle: 5000, count: () => undefined }), request);
    outcome.resolve(undefined);
  } catch (error) {
    outcome.resolve(error);
  }
  response.end();
}

/** Sends the start of `content` in chunks of these sizes, each in a write of its own, and the end of the body unless it breaks off. */
async function send(sizes: readonly number[], breakOff = false): Promise<void> {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => undefined);
  const write = (data: string | Uint8Array) => new Promise<void>((resolve) => socket.write(data, () => resolve()));
  await write("PUT / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
  let position = 0;
  for (const size of sizes) {
    await write(`${size.toString(16)}\r\n`);
    await write(content.subarray(position, position + size));
    await write("\r\n");
    position += size;
  }
  if (breakOff) socket.destroy();
  else await write("0\r\n\r\n");
  socket.resume();
}

function paused(pace: Pace): Promise<void> | undefined {
  if (pace === "now") return undefined;
  return new Promise((resolve) => (pace === "turn" ? setImmediate(resolve) : setTimeout(resolve, 2)));
}

/** A consumer that takes a piece after the other at a pace, and what it has taken. */
function collector(paces: readonly Pace[]) {
  const taken: Uint8Array[] = [];
  let busy = false;
  const take: TakePiece = (piece) => {
    if (busy) throw new Error("a piece came before the one before was taken");
    const pause = paused(paces[taken.length % paces.length] ?? "now");
    taken.push(piece);
    busy = pause !== undefined;
    return pause?.then(() => {
      busy = false;
    });
  };
  return { take, bytes: () => Buffer.concat(taken), count: () => taken.length };
}

/** Runs a consumer over the body of one request; resolves with what it failed with. */
async function run(sizes: readonly number[], consumer: Consumer, breakOff = false): Promise<unknown> {
  consume = consumer;
  outcome = Promise.withResolvers();
  await send(sizes, breakOff);
  return outcome.promise;
}

const total = (sizes: readonly number[]) => sizes.reduce((sum, size) => sum + size, 0);
const never = new AbortController().signal;

test("drained at any pace, every piece comes once and in order, and one at a time", async () => {
  await fc.assert(
    fc.asyncProperty(SIZES, PACES, async (sizes, paces) => {
      const { take, bytes } = collector(paces);
      expect(await run(sizes, async (body) => body.drain?.(take, never))).toBeUndefined();
      expect(bytes().equals(content.subarray(0, total(sizes)))).toBe(true);
    }),
    { numRuns: 60 },
  );
}, 60_000);

test("iterated at any pace, every piece comes once and in order", async () => {
  await fc.assert(
    fc.asyncProperty(SIZES, PACES, async (sizes, paces) => {
      const { take, bytes } = collector(paces);
      const iterate: Consumer = async (body) => {
        for await (const piece of body) await take(piece);
      };
      expect(await run(sizes, iterate)).toBeUndefined();
      expect(bytes().equals(content.subarray(0, total(sizes)))).toBe(true);
    }),
    { numRuns: 20 },
  );
}, 60_000);

test("of a body that breaks off the start is given, then the failure", async () => {
  await fc.assert(
    fc.asyncProperty(SIZES, PACES, async (sizes, paces) => {
      const { take, bytes } = collector(paces);
      const error = await run(sizes, async (body) => body.drain?.(take, never), true);
      expect((error as RegistryError).code).toBe("BODY_INCOMPLETE");
      const got = bytes();
      expect(got.equals(content.subarray(0, got.length))).toBe(true);
    }),
    { numRuns: 20 },
  );
}, 60_000);

test("after an abort, or a refusal by the consumer, no piece is given any more", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 50_000 }), { minLength: 1, maxLength: 10 }), PACES, fc.boolean(), async (sizes, paces, refuses) => {
      const aborting = new AbortController();
      const { take, bytes, count } = collector(paces);
      let after = 0;
      const ending: TakePiece = (piece) => {
        if (count() > 0) after++;
        const taking = take(piece);
        if (refuses) throw new Error("enough");
        aborting.abort(new Error("enough"));
        return taking;
      };
      const error = await run(sizes, async (body) => body.drain?.(ending, aborting.signal));
      expect((error as Error).message).toBe("enough");
      expect(after).toBe(0);
      expect(bytes().equals(content.subarray(0, bytes().length))).toBe(true);
    }),
    { numRuns: 30 },
  );
}, 60_000);

test.each([
  ["at once", () => undefined],
  ["in a turn that others have spent", () => inTurn(() => Bun.sleepSync(3))],
])(
  "a client is made to wait for a slow consumer that begins %s",
  async (_name, before) => {
    const gate = Promise.withResolvers<"made to wait" | "all of it came">();
    let held = 0;
    const { take, bytes } = collector(["now"]);
    const sizes = Array.from({ length: 30 }, () => 100_000);
    const slow: Consumer = async (body, request) => {
      request.on("data", (piece: Uint8Array) => {
        held += piece.length;
        if (held === total(sizes)) gate.resolve("all of it came");
      });
      request.on("pause", () => gate.resolve("made to wait"));
      before();
      let first = true;
      await body.drain?.((piece) => {
        const taking = take(piece);
        if (!first) return taking;
        first = false;
        return gate.promise.then(() => undefined);
      }, never);
    };
    expect(await run(sizes, slow)).toBeUndefined();
    expect(await gate.promise).toBe("made to wait");
    expect(held).toBe(total(sizes));
    expect(bytes().equals(content.subarray(0, total(sizes)))).toBe(true);
  },
  60_000,
);
