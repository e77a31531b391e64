import { expect, test } from "bun:test";
import { type Holder, MemoryBudget } from "./memory-budget.ts";

interface Noted extends Holder {
  held: number;
  asked: number;
}

/** One that gives back what it holds when it is asked, and has said so. */
function holder(needs: number, usedAt: number, budget: MemoryBudget, yields = true): Noted {
  const noted: Noted = {
    held: 0,
    usedAt,
    asked: 0,
    needs: () => needs,
    receive(bytes) {
      noted.held += bytes;
    },
    yieldMemory() {
      noted.asked++;
      if (!yields) return undefined;
      return Bun.sleep(1).then(() => {
        const { held } = noted;
        noted.held = 0;
        budget.give(held);
      });
    },
  };
  budget.add(noted);
  return noted;
}

/** Which of the takings are through. */
async function through(takings: readonly (Promise<void> | undefined)[]): Promise<boolean[]> {
  const done = takings.map((taking) => taking === undefined);
  for (const [index, taking] of takings.entries()) taking?.then(() => (done[index] = true));
  await Bun.sleep(0);
  return done;
}

test("what is free is taken at once, and the rest in order", async () => {
  const budget = new MemoryBudget(100);
  const [one, other, third] = [holder(60, 1, budget, false), holder(50, 2, budget, false), holder(10, 3, budget)];
  const takings = [budget.take(one), budget.take(other), budget.take(third)];
  // Ten bytes would be there, but somebody waits for longer.
  expect(await through(takings)).toEqual([true, false, false]);
  budget.give(60);
  expect(await through(takings)).toEqual([true, true, true]);
  expect(budget.free).toBe(40);
});

test("those who used theirs longest ago give it back, as many as it takes, and never who waits", async () => {
  const budget = new MemoryBudget(100);
  const [oldest, stuck, older, newest] = [holder(30, 1, budget), holder(30, 2, budget, false), holder(30, 3, budget), holder(10, 4, budget)];
  const waiting = holder(50, 0, budget);
  for (const each of [oldest, stuck, older, newest]) budget.take(each);
  const taking = budget.take(waiting);
  expect([oldest.asked, stuck.asked, older.asked, newest.asked, waiting.asked]).toEqual([1, 1, 1, 0, 0]);
  await taking;
  expect([waiting.held, newest.held, budget.free]).toEqual([50, 10, 10]);
});
