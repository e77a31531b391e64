import { expect, test } from "bun:test";
import { inTurn, turnIsSpent, waitForTurn } from "./turns.ts";

/** Work that takes longer than bodies get of a turn. */
function workForLong(): void {
  const before = performance.now();
  while (performance.now() - before < 3);
}

test("bodies that want more than a turn go on one after the other, each in a turn of its own, with other callbacks in between", async () => {
  const order: string[] = [];
  let turns = 0;
  let over = false;
  const countTurns = () => {
    turns++;
    if (!over) setImmediate(countTurns);
  };
  setImmediate(countTurns);
  const body = (name: string) =>
    new Promise<number[]>((resolve) => {
      const at: number[] = [];
      const goOn = () => {
        order.push(name);
        at.push(turns);
        inTurn(workForLong);
        expect(turnIsSpent()).toBe(true);
        if (at.length === 3) resolve(at);
        else waitForTurn(goOn);
      };
      waitForTurn(goOn);
    });
  const all = (await Promise.all([body("a"), body("b"), body("c")])).flat();
  over = true;
  expect(order.join("")).toBe("abcabcabc");
  expect(new Set(all).size).toBe(9);
});

test("work that throws is counted, too", () => {
  const broken = () =>
    inTurn(() => {
      workForLong();
      throw new Error("broken");
    });
  expect(broken).toThrow("broken");
  expect(turnIsSpent()).toBe(true);
});
