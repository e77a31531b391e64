import { describe, expect, test } from "bun:test";
import { sqliteDialect } from "../sql/engine/dialects.ts";
import type { Executor, SqlValue } from "../sql/engine/executor.ts";
import { cacheReads } from "./read-cache.ts";

interface Asked {
  readonly x: Executor;
  readonly questions: (readonly SqlValue[])[];
}

function answering(answer: (parameters: readonly SqlValue[]) => unknown[]): Asked {
  const questions: (readonly SqlValue[])[] = [];
  const x: Executor = {
    dialect: sqliteDialect,
    async query<Row>(_sql: string, parameters: readonly SqlValue[] = []): Promise<Row[]> {
      questions.push(parameters);
      return answer(parameters) as Row[];
    },
  };
  return { x, questions };
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("results of questions", () => {
  test("are kept while the database does not change", async () => {
    const { x, questions } = answering(([name]) => [{ name }]);
    const cache = cacheReads(x, () => 1);
    for (let turn = 0; turn < 3; turn++) {
      expect(await cache.query<unknown>("SELECT $1", ["a"])).toEqual([{ name: "a" }]);
      expect(await cache.query<unknown>("SELECT $1", ["b"])).toEqual([{ name: "b" }]);
      await nextTurn();
    }
    expect(questions).toEqual([["a"], ["b"]]);
  });

  test("are those of the statement and of all its parameters", async () => {
    const { x, questions } = answering(() => []);
    const cache = cacheReads(x, () => 1);
    for (const parameters of [[], [""], [null], ["", ""], ["a", "b"], ["ab", ""], [1]]) await cache.query("SELECT 1", parameters);
    await cache.query("SELECT 2", []);
    expect(questions).toHaveLength(8);
  });

  test("are forgotten when another connection changed the database, in the next turn at the latest", async () => {
    let version = 1;
    const { x, questions } = answering(() => [{ version }]);
    const cache = cacheReads(x, () => version);
    await cache.query("SELECT 1");
    version = 2;
    await nextTurn();
    expect(await cache.query<unknown>("SELECT 1")).toEqual([{ version: 2 }]);
    expect(questions).toHaveLength(2);
  });

  test("are forgotten at once after a change of this process", async () => {
    let version = 1;
    const { x } = answering(() => [{ version }]);
    const cache = cacheReads(x, () => version);
    await cache.query("SELECT 1");
    version = 2;
    cache.expire();
    expect(await cache.query<unknown>("SELECT 1")).toEqual([{ version: 2 }]);
  });

  test("that were on their way during a change are not kept", async () => {
    let version = 1;
    const { x } = answering(() => [{ version }]);
    const cache = cacheReads(x, () => version);
    const before = cache.query<unknown>("SELECT 1");
    version = 2;
    cache.expire();
    const other = cache.query("SELECT 2");
    await Promise.all([before, other]);
    expect(await cache.query<unknown>("SELECT 1")).toEqual([{ version: 2 }]);
  });

  test("too large to keep are asked for each time, and so are those with bytes as parameter", async () => {
    const { x, questions } = answering(() => [{ body: new Uint8Array(300_000) }]);
    const cache = cacheReads(x, () => 1);
    for (let time = 0; time < 2; time++) {
      await cache.query("SELECT 1");
      await cache.query("SELECT 2", [new Uint8Array(1)]);
    }
    expect(questions).toHaveLength(4);
  });

  test("do not fill the memory", async () => {
    const { x, questions } = answering(() => [{ body: new Uint8Array(200_000) }]);
    const cache = cacheReads(x, () => 1);
    for (let each = 0; each < 100; each++) await cache.query("SELECT $1", [each]);
    await cache.query("SELECT $1", [0]);
    expect(questions).toHaveLength(101);
  });
});
