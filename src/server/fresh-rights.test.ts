import { expect, test } from "bun:test";
import { ANONYMOUS } from "../access/principal.ts";
import { type Admitted, type Rights, withFreshRights } from "./fresh-rights.ts";

/** A database whose rights the test changes, and a process that looks at them. */
function fake({ tells }: { readonly tells: boolean }) {
  const state = { allowed: true, revision: 1, known: 1, told: 1, knownAllowed: true, looks: 0 };
  const rights: Rights = {
    rights: () => state.known,
    isBehind: tells ? () => state.told > state.known : undefined,
    catchUp: async () => {
      state.looks++;
      Object.assign(state, { known: state.revision, knownAllowed: state.allowed });
    },
  };
  const admit = () => {
    if (!state.knownAllowed) throw new Error("denied");
    return ANONYMOUS;
  };
  /** A statement that tells the revision beside what it finds. */
  const serve = () => {
    state.told = state.revision;
    return "content";
  };
  const change = (allowed: boolean) => Object.assign(state, { allowed, revision: state.revision + 1 });
  return { state, rights, change, steps: { admit, serve } };
}

test("a read whose rights stand asks the database for nothing more", async () => {
  const { state, rights, steps } = fake({ tells: true });
  expect(await withFreshRights(rights, "told", steps)).toBe("content");
  expect(state.looks).toBe(0);
});

test("a right that is gone is refused though what it gave was read already, and also where nothing was found", async () => {
  for (const found of [true, false]) {
    const { state, rights, change, steps } = fake({ tells: true });
    change(false);
    const serve = () => {
      steps.serve();
      if (!found) throw new Error("unknown");
      return "content";
    };
    expect(withFreshRights(rights, "told", { ...steps, serve })).rejects.toThrow("denied");
    await Bun.sleep(0);
    expect(state.looks).toBe(1);
  }
});

test("what was served is dropped where the right to it is gone, and not where it stands", async () => {
  for (const allowed of [true, false]) {
    const { rights, change, steps } = fake({ tells: true });
    change(allowed);
    const dropped: string[] = [];
    await Promise.allSettled([withFreshRights(rights, "told", { ...steps, drop: (served) => void dropped.push(served) })]);
    expect(dropped).toEqual(allowed ? [] : ["content"]);
  }
});

test("a right that another request of this process found gone meanwhile is refused", async () => {
  const { state, rights, change, steps } = fake({ tells: true });
  const serve = async () => {
    change(false);
    const content = steps.serve();
    await rights.catchUp();
    return content;
  };
  expect(withFreshRights(rights, "told", { ...steps, serve })).rejects.toThrow("denied");
  await Bun.sleep(0);
  expect(state.known).toBe(2);
});

test("a right that was given meanwhile counts, and a refusal stays one where nothing changed", async () => {
  const given = fake({ tells: true });
  given.state.knownAllowed = false;
  given.change(true);
  expect(await withFreshRights(given.rights, "told", given.steps)).toBe("content");
  const refused = fake({ tells: true });
  refused.state.knownAllowed = false;
  refused.state.allowed = false;
  expect(withFreshRights(refused.rights, "told", refused.steps)).rejects.toThrow("denied");
});

test("what changes something, and what no statement tells, is looked up before", async () => {
  for (const [tells, freshness] of [
    [true, "looked"],
    [false, "told"],
  ] as const) {
    const { rights, change, steps } = fake({ tells });
    change(false);
    let served = false;
    const serve = () => {
      served = true;
      return "content";
    };
    expect(withFreshRights(rights, freshness, { ...steps, serve })).rejects.toThrow("denied");
    await Bun.sleep(0);
    expect(served).toBeFalse();
  }
});

test("beside the look a handler begins, but is not admitted before it is over, and only by the rights of then", async () => {
  for (const allowed of [true, false]) {
    const { rights, change, steps } = fake({ tells: true });
    change(allowed);
    const done: string[] = [];
    const serve = async (_: unknown, admitted: Admitted) => {
      done.push("begun");
      await admitted();
      done.push("changed");
      return steps.serve();
    };
    const looking = Promise.withResolvers<void>();
    const catchUp = () => looking.promise.then(() => rights.catchUp());
    const served = withFreshRights({ ...rights, catchUp }, "beside", { ...steps, serve });
    await Bun.sleep(1);
    expect(done).toEqual(["begun"]);
    looking.resolve();
    if (allowed) expect(await served).toBe("content");
    else expect(served).rejects.toThrow("denied");
    await Bun.sleep(1);
    expect(done).toEqual(allowed ? ["begun", "changed"] : ["begun"]);
  }
});

test("beside the look a right that was given counts, a refusal stays one, and a look that fails fails the request", async () => {
  const given = fake({ tells: true });
  given.state.knownAllowed = false;
  given.change(true);
  expect(await withFreshRights(given.rights, "beside", given.steps)).toBe("content");
  const refused = fake({ tells: true });
  refused.state.knownAllowed = false;
  refused.state.allowed = false;
  expect(withFreshRights(refused.rights, "beside", refused.steps)).rejects.toThrow("denied");
  const { rights, steps } = fake({ tells: true });
  const catchUp = () => Promise.reject(new Error("unreachable"));
  expect(withFreshRights({ ...rights, catchUp }, "beside", steps)).rejects.toThrow("unreachable");
  await Bun.sleep(1);
});
