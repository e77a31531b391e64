import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { converse } from "./conversation.ts";
import { CORPUS, LAXER_ON_NODE } from "./corpus/all.ts";
import { type Case, NEXT } from "./corpus/case.ts";
import { LISTENER_NAMES, type RecordingListener, record, type Taken } from "./recording.ts";

/** Milliseconds after which node:http, which takes lengths that nobody could send, gives up. */
const IDLE = 2000;

const CASES = Object.values(CORPUS).flat();

/** A request that came whole. */
function shown({ method, target, body }: Taken): string[] {
  if (body === undefined) return [];
  return [body === "" ? `${method} ${target}` : `${method} ${target} ${body}`];
}

async function outcome(listener: RecordingListener, { sent }: Case): Promise<{ taken: string[]; status: number; closed: boolean }> {
  const { statuses, closed } = await converse(listener.port, [Buffer.from(sent + NEXT, "latin1")]);
  const taken = await listener.taken();
  return { taken: taken.flatMap(shown), status: statuses.at(-1) ?? 0, closed };
}

test("each case has a name of its own", () => {
  const names = CASES.map(({ name }) => name);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  expect([...LAXER_ON_NODE].filter((name) => !names.includes(name))).toEqual([]);
});

describe.each(LISTENER_NAMES)("the listener %s", (listenerName) => {
  let listener: RecordingListener;
  beforeAll(async () => {
    listener = await record(listenerName, { idle: IDLE, headerTime: IDLE });
  });
  afterAll(() => listener.stop());

  describe.each(Object.entries(CORPUS))("%s", (_topic, cases) => {
    test.each(cases.map((each): [string, Case] => [each.name, each]))("%s", async (name, each) => {
      const { taken, status, closed } = await outcome(listener, each);
      expect(closed).toBe(true);
      if (listenerName === "node" && LAXER_ON_NODE.has(name)) {
        expect(taken.at(-1)).toBe("GET /next");
        expect(taken.length).toBeLessThanOrEqual(2);
        return;
      }
      expect(taken).toEqual([...each.taken]);
      // node:http has fewer words for what it refuses, and for CONNECT none
      if (listenerName === "own" || each.statuses.includes(200)) expect(each.statuses).toContain(status);
      else expect(status === 0 || (status >= 400 && status < 500) || status === 505).toBe(true);
    });
  });
});
