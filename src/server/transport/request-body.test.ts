import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import fc from "fast-check";
import type { RegistryError } from "../../oci/errors.ts";
import type { ByteSource, TakePiece } from "../../storage/byte-source.ts";
import { bytesOf } from "../../storage/testing/content.ts";
import { emptyReply, type HttpReply, type HttpRequest } from "../http.ts";
import { listen as listenOwn } from "../http1/listener.ts";
import { listen as listenByNode } from "../node/listener.ts";
import type { Listener } from "./listener.ts";

/** How a consumer takes a piece: at once, some turns of the event loop later, or milliseconds later. */
type Pace = "now" | "turn" | "later";

const PACES = fc.array(fc.constantFrom<Pace>("now", "now", "turn", "later"), { minLength: 1, maxLength: 20 });
const SIZES = fc.array(fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 200_000 })), { maxLength: 20 });
const MOST = 4_000_000;

type Consumer = (body: ByteSource) => Promise<void>;

/** The listeners, by what they are called in the setting. */
const LISTENERS = { node: listenByNode, own: listenOwn } as const;

let listener: Listener;
let consume: Consumer;
let outcome: PromiseWithResolvers<unknown>;
const content = bytesOf(MOST);

async function handle({ body }: HttpRequest): Promise<HttpReply> {
  try {
    await consume(body);
    outcome.resolve(undefined);
  } catch (error) {
    outcome.resolve(error);
  }
  return emptyReply(200, { Connection: "close" });
}

/** Sends the start of `content` in chunks of these sizes, each in a write of its own, and the end of the body unless it breaks off. */
async function send(sizes: readonly number[], breakOff = false): Promise<void> {
  const socket = connect(listener.port, "127.0.0.1");
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
    // A copy, made as late as a piece may be used.
    const keep = () => {
      taken[at] = new Uint8Array(piece);
      busy = false;
    };
    const at = taken.push(piece) - 1;
    busy = pause !== undefined;
    if (pause === undefined) keep();
    return pause?.then(keep);
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

describe.each(["node", "own"] as const)("the listener '%s'", (name) => {
  beforeAll(async () => {
    listener = await LISTENERS[name]({ host: "127.0.0.1", port: 0, idle: 5000, headerTime: 5000, headerSize: 16_384, handle });
  });
  afterAll(() => listener.stop());

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

  test("a piece is there until what its taker has returned is settled", async () => {
    const held: { readonly piece: Uint8Array; readonly at: number }[] = [];
    const lengths: number[] = [];
    let position = 0;
    const take: TakePiece = (piece) => {
      held.push({ piece, at: position });
      position += piece.length;
      if (held.length % 2 === 0) return undefined;
      return Bun.sleep(5).then(() => {
        const last = held.at(-1);
        if (last === undefined) throw new Error("no piece");
        lengths.push(last.piece.length);
        if (!Buffer.from(last.piece).equals(content.subarray(last.at, last.at + last.piece.length))) throw new Error(`the piece at ${last.at} has changed`);
      });
    };
    expect(await run([1_000_000, 100, 1_000_000], async (body) => body.drain?.(take, never))).toBeUndefined();
    expect(Math.min(...lengths)).toBeGreaterThan(0);
    expect(position).toBe(2_000_100);
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
});
