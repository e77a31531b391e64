import { describe, expect, test } from "bun:test";
import { openDatabaseClock } from "./database-clock.ts";
import type { Coordination } from "./metadata/coordination.ts";
import { fakePort } from "./metadata/testing/fake-port.ts";

const HOUR = 3_600_000;

const telling = (time: Coordination["time"]) => fakePort<Coordination>({ time });

describe("the database's clock", () => {
  test.each([0, -HOUR, HOUR])("is told by a machine whose own is %d ms apart", async (apart) => {
    const warnings: string[] = [];
    const clock = await openDatabaseClock(
      telling(async () => Date.now()),
      { wall: () => Date.now() + apart, warn: (message) => void warnings.push(message) },
    );
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1000);
    await Bun.sleep(30);
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1000);
    expect(warnings).toHaveLength(apart === 0 ? 0 : 1);
    if (apart !== 0) expect(warnings[0]).toContain(apart < 0 ? "3600 s behind" : "3600 s ahead");
    clock.stop();
  });

  test.each([-25 * HOUR, 25 * HOUR])("refuses a machine whose own is %d ms apart", async (apart) => {
    const opened = openDatabaseClock(
      telling(async () => Date.now()),
      { wall: () => Date.now() + apart },
    );
    expect(opened).rejects.toMatchObject({ reason: "clock", message: expect.stringContaining(apart < 0 ? "90000 s behind" : "90000 s ahead of") });
  });

  test("is not held up where this machine's is set back", async () => {
    const start = Date.now() - 60_000;
    let wall = Date.now();
    const clock = await openDatabaseClock(
      telling(async () => start),
      { wall: () => wall },
    );
    wall -= HOUR;
    expect(clock.now()).toBeWithin(start, start + 5000);
    clock.stop();
  });

  test("goes on with the wall clock where the steady one stood still, as after a suspension", async () => {
    const start = Date.now() - 60_000;
    let wall = Date.now();
    const clock = await openDatabaseClock(
      telling(async () => start),
      { wall: () => wall },
    );
    wall += HOUR;
    expect(clock.now()).toBeWithin(start + HOUR, start + HOUR + 5000);
    clock.stop();
  });

  test("is asked again and again, and goes on while the database does not answer", async () => {
    let [asked, ahead, down] = [0, 0, false];
    const time = async () => {
      asked++;
      if (down) throw new Error("no answer");
      return Date.now() + ahead;
    };
    const clock = await openDatabaseClock(telling(time), { interval: 5 });
    ahead = HOUR;
    for (const end = Date.now() + 50_000; clock.now() < Date.now() + HOUR / 2 && Date.now() < end; ) await Bun.sleep(5);
    expect(clock.now() - Date.now()).toBeWithin(HOUR - 2000, HOUR + 2000);
    down = true;
    const before = asked;
    for (const end = Date.now() + 50_000; asked < before + 3 && Date.now() < end; ) await Bun.sleep(5);
    expect(clock.now() - Date.now()).toBeWithin(HOUR - 2000, HOUR + 2000);
    clock.stop();
  });
});
