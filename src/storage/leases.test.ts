import { expect, test } from "bun:test";
import { eventually } from "../../test/support/eventually.ts";
import { holdLease, underLease } from "./leases.ts";
import type { Coordination, Lease, LeaseRequest } from "./metadata/coordination.ts";
import { fakePort } from "./metadata/testing/fake-port.ts";

const OTHER: Lease = { holder: "other", until: 1 };

/** A database that gives these answers one after the other, the last one again and again, and what was asked of it. */
function database(...answers: ("given" | "cut off" | Lease)[]) {
  const asked: LeaseRequest[] = [];
  const released: string[] = [];
  const takeLease = async (request: LeaseRequest): Promise<Lease> => {
    asked.push(request);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === "cut off" || answer === undefined) throw new Error("no answer");
    return answer === "given" ? { holder: request.holder, until: 2 } : answer;
  };
  const coordination = fakePort<Coordination>({ takeLease, releaseLease: async (name, holder) => void released.push(`${name} of ${holder}`) });
  return { coordination, asked, released };
}

test("work is done under the lease, which is given back however it ends", async () => {
  const { coordination, asked, released } = database("given");
  expect(await underLease(coordination, "sweep", async () => "swept", { holder: "me" })).toEqual({ done: "swept" });
  expect(asked).toEqual([{ name: "sweep", holder: "me", duration: 45_000 }]);
  const failed = underLease(coordination, "sweep", () => Promise.reject(new Error("broken")), { holder: "me" });
  expect(await failed.catch((error: unknown) => error)).toMatchObject({ message: "broken" });
  expect(released).toEqual(["sweep of me", "sweep of me"]);
});

test("nothing is done while another has the lease, which is told", async () => {
  const { coordination, released } = database(OTHER);
  const work = () => Promise.reject(new Error("two at once"));
  expect(await underLease(coordination, "sweep", work)).toEqual({ other: OTHER });
  expect(released).toEqual([]);
});

test("a lease is renewed for as long as the work takes, and also after answers that did not come", async () => {
  const { coordination, asked } = database("given", "cut off", "given");
  const lease = await holdLease(coordination, "sweep", { interval: 5 });
  if (!("held" in lease)) throw new Error("the lease was not given");
  await eventually("it was renewed", async () => asked.length > 3);
  await lease.held.release();
  const renewals = asked.length;
  await Bun.sleep(100);
  expect(asked).toHaveLength(renewals);
});

test.each([["somebody else has it", OTHER] as const, ["the database cannot be reached", "cut off"] as const])(
  "work under a lease is told to stop when %s",
  async (_, answer) => {
    const { coordination, asked } = database("given", answer);
    const stopped = underLease(coordination, "sweep", (signal) => new Promise((resolve) => signal.addEventListener("abort", resolve)), { duration: 60 });
    await stopped;
    expect(asked.length).toBeGreaterThan(1);
  },
  50_000,
);

test("processes have names of their own, which tell where they run", async () => {
  const { coordination, asked } = database(OTHER);
  await holdLease(coordination, "sweep");
  expect(asked[0]?.holder).toMatch(new RegExp(`.+/${process.pid}/[0-9a-f]{8}$`));
});
