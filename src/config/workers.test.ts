import { expect, test } from "bun:test";
import { configSchema } from "./schema.ts";
import { type Machine, workersOf, workersProblem } from "./workers.ts";

const LINUX: Machine = { platform: "linux", processors: 8 };

const configOf = (workers?: unknown, content?: unknown) => configSchema.parse({ server: { workers }, storage: { content } });

test("one process is the default; auto leaves a processor to others", () => {
  expect(workersOf(configOf(), LINUX)).toBe(1);
  expect(workersOf(configOf(3), LINUX)).toBe(3);
  expect([1, 2, 8].map((processors) => workersOf(configOf("auto"), { ...LINUX, processors }))).toEqual([1, 1, 7]);
  expect(workersOf(configOf("auto"), { platform: "darwin", processors: 8 })).toBe(1);
});

test("what several processes cannot share is refused, naming the setting", () => {
  expect(workersProblem(configOf(2), LINUX)).toBeUndefined();
  expect(workersProblem(configOf(2), { platform: "darwin", processors: 8 })?.message).toMatch(/^server\.workers: only Linux/);
  expect(workersProblem(configOf("auto"), { platform: "win32", processors: 8 })).toBeUndefined();
  expect(workersProblem(configOf(2, { driver: "memory" }), LINUX)?.message).toMatch(/^server\.workers: the memory driver/);
  expect(workersProblem(configOf(1, { driver: "memory" }), LINUX)).toBeUndefined();
});

test.each([0, -1, 1.5, 129, "many", "2"])("%p workers are refused", (workers) => {
  expect(configSchema.safeParse({ server: { workers } }).error?.issues[0]?.message).toBe("expected auto or a number from 1 to 128");
});
