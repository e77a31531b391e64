import { expect, test } from "bun:test";
import type { BodyFeed, BodyTaker } from "./body-arrival.ts";
import { readRequestBody } from "./request-body.ts";
import { inTurn } from "./turns.ts";

const PIECE = 100_000;
const PIECES = 30;

/** A body whose pieces are all there, but for the client being made to wait. */
function eagerFeed(): BodyFeed & { readonly given: () => number; readonly waits: Promise<void> } {
  const waits = Promise.withResolvers<void>();
  let taker: BodyTaker | undefined;
  let given = 0;
  let paused = true;
  const give = () => {
    if (paused || taker === undefined || given > PIECES) return;
    if (given++ === PIECES) taker.end();
    else void taker.piece(new Uint8Array(PIECE));
    setImmediate(give);
  };
  return {
    waits: waits.promise,
    given: () => given,
    open(to) {
      taker = to;
    },
    pause() {
      paused = true;
      waits.resolve();
    },
    resume() {
      paused = false;
      setImmediate(give);
    },
    close() {
      taker = undefined;
    },
  };
}

test.each([
  ["at once", () => undefined],
  ["in a turn that others have spent", () => inTurn(() => Bun.sleepSync(3))],
])("a client is made to wait for a slow consumer that begins %s", async (_name, before) => {
  const feed = eagerFeed();
  const body = readRequestBody({ feed, idle: 5000, count: () => undefined });
  let taken = 0;
  before();
  const draining = body.drain?.(() => {
    taken++;
    return taken === 1 ? feed.waits : undefined;
  }, new AbortController().signal);
  await feed.waits;
  expect(feed.given()).toBeLessThan(4);
  await draining;
  expect(taken).toBe(PIECES);
});
