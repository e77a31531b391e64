import { expect, test } from "bun:test";
import { findHelper } from "./find-helper.ts";

test("the one that is named goes before all others", async () => {
  expect(await findHelper({ OPM_CUE_HELPER: process.execPath })).toBe(process.execPath);
});

test("one that is named and is not there is an error that names both", async () => {
  expect(await findHelper({ OPM_CUE_HELPER: "/nowhere/opm-cue" }).catch((error) => error)).toMatchObject({
    code: "general",
    message: "/nowhere/opm-cue, which OPM_CUE_HELPER names as the CUE helper, is not there: unset it, or name opm-cue",
  });
});
