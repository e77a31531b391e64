import { expect, test } from "bun:test";
import { createHelper } from "./create-helper.ts";
import { encodeFrame, type Frame } from "./frame.ts";
import { ModuleError } from "./helper.ts";
import type { HostMethod } from "./host-call.ts";
import { type FakeProcess, fakeProcess } from "./testing/fake-process.ts";
import { BODY_LIMIT } from "./wire.ts";

const RESULT = { body: true, mode: "raw", objects: [], policies: [], warnings: [] };
const MIB = 1024 * 1024;

function helperOf(onFrame: (frame: Frame, fake: FakeProcess) => void, methods: Readonly<Record<string, HostMethod>> = {}) {
  const fake = fakeProcess(onFrame);
  return { fake, helper: createHelper({ start: async () => fake, methods }) };
}

const build = { root: "/", output: "yaml" } as const;

/** Sends as much of a body as there is credit for. */
function sender(size: number) {
  const state = { sent: 0, allowed: MIB };
  return ({ header }: Frame, fake: FakeProcess) => {
    if (header.kind === "request") fake.say({ kind: "reply", from: "host", id: header.id, result: RESULT });
    if (header.kind === "credit") state.allowed += header.bytes;
    while (state.sent < size && state.sent + BODY_LIMIT <= state.allowed) {
      fake.say({ kind: "data", from: "host", id: header.id, part: "reply", end: false }, new Uint8Array(BODY_LIMIT).fill(state.sent / BODY_LIMIT));
      state.sent += BODY_LIMIT;
    }
    if (state.sent === size) fake.say({ kind: "data", from: "host", id: header.id, part: "reply", end: true });
    state.sent += state.sent === size ? 1 : 0;
  };
}

test("a body that is larger than what may be in flight comes in order", async () => {
  const { helper } = helperOf(sender(5 * MIB));
  const { body } = await helper.stream("build", build);
  let size = 0;
  for await (const piece of body) {
    expect(piece[0]).toBe((size / BODY_LIMIT) % 256);
    size += piece.length;
  }
  expect(size).toBe(5 * MIB);
});

test("who does not read gives no leave for more", async () => {
  const { helper, fake } = helperOf(sender(5 * MIB));
  await helper.stream("build", build);
  // answered after all that came before it was seen
  await helper.call("fix", { root: "/" }).catch(() => undefined);
  expect(fake.heard.filter(({ kind }) => kind === "credit")).toEqual([]);
});

test("more than there is leave for breaks the protocol", async () => {
  const { helper } = helperOf(({ header }, fake) => {
    if (header.kind !== "request") return;
    fake.say({ kind: "reply", from: "host", id: header.id, result: RESULT });
    for (let sent = 0; sent <= MIB; sent += BODY_LIMIT) {
      fake.say({ kind: "data", from: "host", id: header.id, part: "reply", end: false }, new Uint8Array(BODY_LIMIT));
    }
  });
  const { body } = await helper.stream("build", build);
  await Bun.sleep(1);
  expect(await Array.fromAsync(body).catch((error) => error)).toMatchObject({ message: expect.stringContaining("more of a body") });
});

test("leaving the loop cancels the rest", async () => {
  const { helper, fake } = helperOf(sender(5 * MIB));
  const { body } = await helper.stream("build", build);
  for await (const _ of body) break;
  await Bun.sleep(1);
  expect(fake.heard.at(-1)).toEqual({ kind: "cancel", from: "host", id: 2 });
});

test.each([
  ["an error", (id: number, fake: FakeProcess) => fake.say({ kind: "error", from: "host", id, error: { code: "invalid", message: "bad value" } }), "bad value"],
  ["the end of the helper", (_: number, fake: FakeProcess) => fake.end("was ended by SIGKILL"), "SIGKILL"],
])("%s in the middle of a body comes after what was read", async (_, act, message) => {
  const { helper } = helperOf(({ header }, fake) => {
    if (header.kind !== "request") return;
    fake.say({ kind: "reply", from: "host", id: header.id, result: RESULT });
    fake.say({ kind: "data", from: "host", id: header.id, part: "reply", end: false }, new Uint8Array(3));
    act(header.id, fake);
  });
  const { body } = await helper.stream("build", build);
  let size = 0;
  const error = await (async () => {
    for await (const piece of body) size += piece.length;
  })().catch((error) => error);
  expect(error).toMatchObject({ name: "ModuleError", message: expect.stringContaining(message) });
  expect(size).toBe(3);
});

/** Lets the fake ask `echo`, and gives what it hears of it until its last frame. */
async function ask(methods: Readonly<Record<string, HostMethod>>, params: unknown, then: (fake: FakeProcess, frame: Frame) => void = () => {}) {
  const done = Promise.withResolvers<void>();
  const frames: Frame[] = [];
  const { helper } = helperOf((frame, fake) => {
    const { header } = frame;
    if (header.kind === "request") return fake.say({ kind: "request", from: "helper", id: 5, method: "echo", params });
    frames.push(frame);
    then(fake, frame);
    if (header.kind === "error" || (header.kind === "data" && header.end)) done.resolve();
  }, methods);
  helper.call("fix", { root: "/" }).catch(() => {});
  await done.promise;
  await helper.close();
  return frames;
}

test("the helper's request is answered, with a body no faster than it reads", async () => {
  const size = 3 * MIB + 5;
  let received = 0;
  const frames = await ask(
    {
      echo: async () => ({
        result: { a: 1 },
        body: (async function* () {
          yield new Uint8Array(size);
        })(),
      }),
    },
    {},
    (fake, { header, body }) => {
      received += body.length;
      if (header.kind === "data" && body.length > 0) fake.say({ kind: "credit", from: "helper", id: 5, part: "reply", bytes: body.length });
    },
  );
  expect(frames[0]?.header).toEqual({ kind: "reply", from: "helper", id: 5, result: { a: 1 } });
  expect(received).toBe(size);
  expect(Math.max(...frames.map(({ body }) => body.length))).toBe(BODY_LIMIT);
});

test.each([
  ["a method that there is not", {}, { code: "invalid", message: "opm has no such method" }],
  ["a failure", { echo: () => Promise.reject(new ModuleError("permission", "log in")) }, { code: "permission", message: "log in" }],
  ["a bug", { echo: () => Promise.reject(new TypeError("x")) }, { code: "general", message: "x" }],
])("%s is an error for the helper", async (_, methods, error) => {
  expect((await ask(methods, {})).map(({ header }) => header)).toEqual([{ kind: "error", from: "helper", id: 5, error } as Frame["header"]]);
});

test("the helper may change its mind", async () => {
  let reason: unknown;
  const echo: HostMethod = ({ signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener("abort", () => {
        reason = signal.reason;
        reject(signal.reason);
      });
    });
  const { helper, fake } = helperOf(
    ({ header }, fake) => {
      if (header.kind !== "request") return;
      fake.sayBytes(
        Buffer.concat([
          encodeFrame({ kind: "request", from: "helper", id: 1, method: "echo", params: {} }),
          encodeFrame({ kind: "cancel", from: "helper", id: 1 }),
        ]),
      );
      fake.say({ kind: "reply", from: "host", id: header.id, result: {} });
    },
    { echo },
  );
  await helper.call("fix", { root: "/" });
  await Bun.sleep(1);
  expect(reason).toMatchObject({ code: "cancelled" });
  expect(fake.heard.at(-1)).toMatchObject({ kind: "error", error: { code: "cancelled" } });
});

test("a body of the helper's request can be read", async () => {
  const echo: HostMethod = async ({ body }) => ({ result: { size: Buffer.concat(await Array.fromAsync(body)).length }, body: (async function* () {})() });
  const done = Promise.withResolvers<unknown>();
  const { helper } = helperOf(
    ({ header }, fake) => {
      if (header.kind === "request") {
        fake.say({ kind: "request", from: "helper", id: 1, method: "echo", params: { body: true } });
        for (const end of [false, false, true]) fake.say({ kind: "data", from: "helper", id: 1, part: "request", end }, new Uint8Array(1000));
      } else if (header.kind === "reply") done.resolve(header.result);
    },
    { echo },
  );
  helper.call("fix", { root: "/" }).catch(() => {});
  expect(await done.promise).toEqual({ size: 3000 });
  await helper.close();
});
