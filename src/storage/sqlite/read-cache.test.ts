import { describe, expect, test } from "bun:test";
import type { SqlValue } from "../sql/engine/dialects.ts";
import type { Run } from "../sql/engine/executor.ts";
import type { Prepared } from "../sql/engine/statement.ts";
import { cacheReads } from "./read-cache.ts";

interface Asked {
  readonly run: Run;
  readonly questions: (readonly SqlValue[])[];
}

function answering(answer: (values: readonly SqlValue[]) => unknown[]): Asked {
  const questions: (readonly SqlValue[])[] = [];
  const run: Run = async (_, values) => {
    questions.push(values);
    return answer(values);
  };
  return { run, questions };
}

const [ONE, OTHER]: readonly [Prepared, Prepared] = [
  { text: "SELECT ?1", places: ["value"], columns: {} },
  { text: "SELECT ?2", places: ["value"], columns: {} },
];

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("results of questions", () => {
  test("are kept while the database does not change", async () => {
    const { run, questions } = answering(([name]) => [{ name }]);
    const cache = cacheReads(run, () => 1);
    for (let turn = 0; turn < 3; turn++) {
      expect(await cache.run(ONE, ["a"])).toEqual([{ name: "a" }]);
      expect(await cache.run(ONE, ["b"])).toEqual([{ name: "b" }]);
      await nextTurn();
    }
    expect(questions).toEqual([["a"], ["b"]]);
  });

  test("are those of the statement and of all its parameters", async () => {
    const { run, questions } = answering(() => []);
    const cache = cacheReads(run, () => 1);
    for (const parameters of [[], [""], [null], ["", ""], ["a", "b"], ["ab", ""], [1]]) await cache.run(ONE, parameters);
    await cache.run(OTHER, []);
    expect(questions).toHaveLength(8);
  });

  test("are forgotten when another connection changed the database, in the next turn at the latest", async () => {
    let version = 1;
    const { run, questions } = answering(() => [{ version }]);
    const cache = cacheReads(run, () => version);
    await cache.run(ONE, []);
    version = 2;
    await nextTurn();
    expect(await cache.run(ONE, [])).toEqual([{ version: 2 }]);
    expect(questions).toHaveLength(2);
  });

  test("are forgotten at once after a change of this process", async () => {
    let version = 1;
    const { run } = answering(() => [{ version }]);
    const cache = cacheReads(run, () => version);
    await cache.run(ONE, []);
    version = 2;
    cache.expire();
    expect(await cache.run(ONE, [])).toEqual([{ version: 2 }]);
  });

  test("that were on their way during a change are not kept", async () => {
    let version = 1;
    const { run } = answering(() => [{ version }]);
    const cache = cacheReads(run, () => version);
    const before = cache.run(ONE, []);
    version = 2;
    cache.expire();
    const other = cache.run(OTHER, []);
    await Promise.all([before, other]);
    expect(await cache.run(ONE, [])).toEqual([{ version: 2 }]);
  });

  test("too large to keep are asked for each time, and so are those with bytes as parameter", async () => {
    const { run, questions } = answering(() => [{ body: new Uint8Array(300_000) }]);
    const cache = cacheReads(run, () => 1);
    for (let time = 0; time < 2; time++) {
      await cache.run(ONE, []);
      await cache.run(OTHER, [new Uint8Array(1)]);
    }
    expect(questions).toHaveLength(4);
  });

  test("do not fill the memory", async () => {
    const { run, questions } = answering(() => [{ body: new Uint8Array(200_000) }]);
    const cache = cacheReads(run, () => 1);
    for (let each = 0; each < 100; each++) await cache.run(ONE, [each]);
    await cache.run(ONE, [0]);
    expect(questions).toHaveLength(101);
  });

  test("do not fill the memory by what was asked", async () => {
    const { run, questions } = answering(() => []);
    const cache = cacheReads(run, () => 1);
    const question = (each: number): SqlValue[] => [`${each} ${"?".repeat(200_000)}`];
    for (let each = 0; each < 100; each++) await cache.run(ONE, question(each));
    await cache.run(ONE, question(0));
    expect(questions).toHaveLength(101);
  });
});

describe("an answer is there at once", () => {
  test("where it is known, and where the driver has it at once", async () => {
    const { run: late } = answering(([name]) => [{ name }]);
    const slow = cacheReads(late, () => 1);
    expect(slow.run(ONE, ["a"])).toBeInstanceOf(Promise);
    await slow.run(ONE, ["a"]);
    expect(slow.run(ONE, ["a"])).toEqual([{ name: "a" }]);
    const quick = cacheReads(
      (_, [name]) => [{ name }],
      () => 1,
    );
    expect(quick.run(ONE, ["b"])).toEqual([{ name: "b" }]);
  });
});
