import { afterAll, beforeAll, expect, test } from "bun:test";
import { randomOf } from "../../src/storage/filesystem/testing/random.ts";
import { converse } from "./conversation.ts";
import { NEXT } from "./corpus/case.ts";
import { type RecordingListener, record, type Taken } from "./recording.ts";
import { requests, split } from "./requests.ts";

/** Seconds that inputs are made for. More of them than CI has time for: `OPM_TEST_FUZZ_SECONDS=3600 npm test -- listeners/differential`. */
const SECONDS = Number(process.env.OPM_TEST_FUZZ_SECONDS ?? 20);

/** Each input has a seed of its own, from this one on: with that of a failure, it is the first. */
const SEED = Number(process.env.OPM_TEST_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));

let own: RecordingListener;
let node: RecordingListener;

beforeAll(async () => {
  own = await record("own");
  node = await record("node");
});

afterAll(async () => {
  await Promise.all([own.stop(), node.stop()]);
});

interface Outcome {
  /** Requests that came whole. */
  readonly taken: readonly Taken[];
  readonly statuses: readonly number[];
}

async function outcome(listener: RecordingListener, pieces: readonly Buffer[]): Promise<Outcome> {
  const { statuses } = await converse(listener.port, pieces, { half: true });
  const taken = await listener.taken();
  return { taken: taken.filter(({ body }) => body !== undefined), statuses };
}

test(
  "whatever is sent, however it is cut: the listener of our own takes what node:http takes, or less of it",
  async () => {
    const end = performance.now() + SECONDS * 1000;
    let inputs = 0;
    let whole = 0;
    for (let seed = SEED; performance.now() < end; seed++) {
      const random = randomOf(seed);
      const text = requests(random) + (random.chance(0.7) ? NEXT : "");
      const bytes = Buffer.from(text, "latin1");
      const [atOnce, inPieces, byNode] = [await outcome(own, [bytes]), await outcome(own, split(random, bytes)), await outcome(node, [bytes])];
      const told = `OPM_TEST_FUZZ_SEED=${seed}: ${JSON.stringify(text)}`;
      expect(inPieces, told).toEqual(atOnce);
      expect(byNode.taken.slice(0, atOnce.taken.length), told).toEqual([...atOnce.taken]);
      inputs++;
      whole += atOnce.taken.length;
    }
    console.log(`${inputs} inputs from OPM_TEST_FUZZ_SEED=${SEED} on, with ${whole} requests that both took`);
    expect(whole).toBeGreaterThan(inputs / 4);
  },
  SECONDS * 1000 + 120_000,
);
