import { expect, test } from "bun:test";
import { createHelper } from "./create-helper.ts";
import type { Frame } from "./frame.ts";
import type { Helper } from "./helper.ts";
import type { HostMethod } from "./host-call.ts";
import { type FakeProcess, fakeProcess } from "./testing/fake-process.ts";

const TEXTS = { texts: {}, changes: [], buildList: [], tidy: true };

function helperOf(onFrame: (frame: Frame, fake: FakeProcess) => void, methods: Readonly<Record<string, HostMethod>> = {}) {
  const fake = fakeProcess(onFrame);
  return { fake, helper: createHelper({ start: async () => fake, methods, startLimit: 1000 }) };
}

const tidy = (helper: Helper, signal?: AbortSignal) => helper.call("tidy", { root: "/" }, signal && { signal }).catch((error: unknown) => error);

test("calls run side by side, and answers find their calls", async () => {
  const waiting: number[] = [];
  const { helper } = helperOf(({ header }, fake) => {
    if (header.kind !== "request") return;
    waiting.push(header.id);
    if (waiting.length < 3) return;
    for (const id of waiting.reverse()) fake.say({ kind: "reply", from: "host", id, result: { ...TEXTS, texts: { module: `answer ${id}` } } });
  });
  const answers: unknown[] = await Promise.all([tidy(helper), tidy(helper), tidy(helper)]);
  expect(answers).toEqual([2, 3, 4].map((id) => ({ ...TEXTS, texts: { module: `answer ${id}` } })));
});

test("an error is what the helper says", async () => {
  const diagnostics = [{ message: "m", positions: [{ file: "a.cue", line: 1, column: 2 }] }];
  const { helper } = helperOf(({ header: { id } }, fake) =>
    fake.say({ kind: "error", from: "host", id, error: { code: "refused", message: "no", diagnostics, details: { a: 1 } } }),
  );
  expect(await tidy(helper)).toMatchObject({ name: "ModuleError", code: "refused", message: "no", diagnostics, details: { a: 1 } });
});

test("events come before the answer", async () => {
  const { helper } = helperOf(({ header: { id } }, fake) => {
    for (const event of [1, 2]) fake.say({ kind: "event", from: "host", id, event });
    fake.say({ kind: "reply", from: "host", id, result: TEXTS });
  });
  const events: unknown[] = [];
  await helper.call("tidy", { root: "/" }, { onEvent: (event) => events.push(event) });
  expect(events).toEqual([1, 2]);
});

test("an abort tells the helper and does not wait for it; the next call goes on", async () => {
  const { helper, fake } = helperOf(({ header }, fake) => {
    if (header.kind !== "request" || header.method !== "tidy" || fake.heard.some(({ kind }) => kind === "cancel")) {
      if (header.kind === "request") fake.say({ kind: "reply", from: "host", id: header.id, result: TEXTS });
    }
  });
  const controller = new AbortController();
  const call = tidy(helper, controller.signal);
  await Bun.sleep(1);
  controller.abort(new Error("enough"));
  expect(await call).toEqual(new Error("enough"));
  expect(await tidy(helper, controller.signal)).toEqual(new Error("enough"));
  expect(await tidy(helper)).toEqual(TEXTS);
  expect(fake.heard.filter(({ kind }) => kind === "cancel")).toEqual([{ kind: "cancel", from: "host", id: 2 }]);
});

test.each([
  ["ends", (fake: FakeProcess) => fake.end("exited with 2 (panic: boom)"), "the CUE helper exited with 2 (panic: boom) while it worked on tidy"],
  ["sends noise", (fake: FakeProcess) => fake.sayBytes(Buffer.from("hello, world\n")), "broke the protocol"],
  ["answers what it was not asked", (fake: FakeProcess) => fake.say({ kind: "reply", from: "host", id: 99, result: {} }), "broke the protocol"],
  ["sends a body that has no place", (fake: FakeProcess) => fake.say({ kind: "data", from: "host", id: 2, part: "reply", end: true }), "broke the protocol"],
  ["answers in another way", (fake: FakeProcess) => fake.say({ kind: "reply", from: "host", id: 2, result: { tidy: 7 } }), "does not know"],
])("a helper that %s is one error", async (_, act, message) => {
  const { helper } = helperOf((_, fake) => act(fake));
  expect(await tidy(helper)).toMatchObject({ name: "ModuleError", message: expect.stringContaining(message) });
});

test("after its end every call fails at once, with the same error", async () => {
  const { helper } = helperOf((_, fake) => fake.end("was ended by SIGKILL"));
  const first = await tidy(helper);
  expect(first).toMatchObject({ code: "general", message: expect.stringContaining("SIGKILL") });
  expect(await tidy(helper)).toBe(first);
});

test.each([
  [{ protocol: 1, cue: "v0.17.1", language: "v0.17.0", go: "go1.26" }, "protocol 1"],
  [{ protocol: 2, cue: "v0.18.0", language: "v0.17.0", go: "go1.26" }, "CUE v0.18.0"],
  [{}, "does not know"],
])("a helper of another release is refused: %p", async (result, message) => {
  const fake = fakeProcess();
  fake.write = () => fake.say({ kind: "reply", from: "host", id: 1, result });
  const helper = createHelper({ start: async () => fake, methods: {} });
  expect(await tidy(helper)).toMatchObject({ message: expect.stringContaining(message) });
  expect(await fake.ended).toContain("SIGKILL");
});

test("a helper that does not answer at the start is not waited for", async () => {
  const fake = fakeProcess();
  fake.write = () => {};
  const helper = createHelper({ start: async () => fake, methods: {}, startLimit: 20 });
  expect(await tidy(helper)).toMatchObject({ code: "general", message: expect.stringContaining("did not answer within 0.02 s") });
});

test("a helper that does not answer at the start can be given up, and closed at once", async () => {
  const fake = fakeProcess();
  fake.write = () => {};
  const helper = createHelper({ start: async () => fake, methods: {} });
  expect(await tidy(helper, AbortSignal.timeout(20))).toMatchObject({ name: "TimeoutError" });
  await helper.close();
  expect(await fake.ended).toContain("SIGKILL");
});

test("it is closed once, and not used any more", async () => {
  const { helper, fake } = helperOf(({ header: { id } }, fake) => fake.say({ kind: "reply", from: "host", id, result: TEXTS }));
  await tidy(helper);
  await helper.close();
  expect(await fake.ended).toContain("SIGKILL");
  expect(await tidy(helper)).toMatchObject({ message: "the CUE helper is closed" });
});

test("the first call goes right behind the start, and waits for both answers", async () => {
  const fake = fakeProcess();
  const heard: string[] = [];
  let answer = () => {};
  fake.write = (bytes) => {
    const text = Buffer.from(bytes).toString();
    heard.push(text.includes('"start"') ? "start" : "tidy");
    answer = () => fake.say({ kind: "reply", from: "host", id: 1, result: { protocol: 1, cue: "v0.17.1", language: "v0.17.0", go: "go1.26" } });
  };
  const helper = createHelper({ start: async () => fake, methods: {} });
  const call = tidy(helper);
  await Bun.sleep(1);
  expect(heard).toEqual(["start", "tidy"]);
  fake.say({ kind: "reply", from: "host", id: 2, result: TEXTS });
  answer();
  expect(await call).toMatchObject({ message: expect.stringContaining("protocol 1") });
});

test.each([
  [false, { message: expect.stringContaining("does not know") }],
  [true, { ...TEXTS, more: 1 }],
])("an answer of one that is carried (%p) is believed, and of no other", async (isCarried, expected) => {
  const { helper, fake } = helperOf(({ header: { id } }, fake) => fake.say({ kind: "reply", from: "host", id, result: { ...TEXTS, more: 1 } }));
  Object.assign(fake, { isCarried });
  expect(await tidy(helper)).toMatchObject(expected);
});
