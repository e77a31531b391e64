import { expect, test } from "bun:test";
import { SaidOnce } from "./said-once.ts";

test("what all processes say of one thing is new once; what one says again is new", () => {
  let now = 0;
  const said = new SaidOnce(() => now);
  const say = (text: string, ...processes: string[]) => processes.map((process) => said.isNew(process, text));
  expect(say("a file cannot be read", "primary", "1", "2")).toEqual([true, false, false]);
  expect(say("another cannot", "2", "1")).toEqual([true, false]);
  expect(say("a file cannot be read", "1", "primary", "2")).toEqual([true, false, false]);
  now += 10_000;
  expect(say("a file cannot be read", "2")).toEqual([true]);
  now += 9000;
  expect(say("a file cannot be read", "1", "3")).toEqual([false, false]);
});

test("what is remembered is bounded", () => {
  const said = new SaidOnce(() => 0);
  for (let index = 0; index < 1000; index++) expect(said.isNew("1", `text ${index}`)).toBe(true);
  expect(said.isNew("2", "text 999")).toBe(false);
});
