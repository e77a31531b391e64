import { afterEach, beforeEach, expect, test } from "bun:test";
import { takeEarly } from "../modules/helper/early-helper.ts";
import { endAhead, startAhead } from "./ahead.ts";

const before = process.env.OPM_CUE_HELPER;

beforeEach(() => {
  process.env.OPM_CUE_HELPER = process.execPath;
});

afterEach(() => {
  endAhead();
  if (before === undefined) delete process.env.OPM_CUE_HELPER;
  else process.env.OPM_CUE_HELPER = before;
});

test.each([[["mod", "vet"]], [["mod", "build", "--name", "x", "."]]])("%p starts the helper, once", async (args) => {
  startAhead(args);
  const helper = takeEarly();
  expect(helper).toMatchObject({ path: process.execPath, isCarried: false });
  expect(takeEarly()).toBeUndefined();
  helper?.kill();
  await helper?.ended;
});

test.each([[[]], [["mod"]], [["mod", "--help"]], [["mod", "vet", "-h"]], [["mod", "help", "vet"]], [["pull", "mod"]], [["help", "mod"]]])(
  "%p starts none",
  (args) => {
    startAhead(args);
    expect(takeEarly()).toBeUndefined();
  },
);

test("one that cannot be started is left to who needs it", () => {
  process.env.OPM_CUE_HELPER = "/nowhere/opm-cue";
  startAhead(["mod", "vet"]);
  expect(takeEarly()).toBeUndefined();
});
