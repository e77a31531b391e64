import { expect, test } from "bun:test";
import { findHelper, missingHelper } from "./start-helper.ts";

test("the one that is named goes before all others", async () => {
  expect(await findHelper({ OPM_CUE_HELPER: process.execPath })).toEqual({ path: process.execPath, isCarried: false });
});

test("one that is named and is not there is an error that names both", async () => {
  expect(await findHelper({ OPM_CUE_HELPER: "/nowhere/opm-cue" }).catch((error) => error)).toMatchObject({
    code: "general",
    message: "/nowhere/opm-cue, which OPM_CUE_HELPER names as the CUE helper, is not there: unset it, or name opm-cue",
  });
});

test("a missing one is an error that says how to make it, and where", () => {
  expect(missingHelper("/home/ann/opm")).toMatchObject({
    code: "general",
    message:
      "the CUE helper opm-cue is missing, which modules and certificates need: install Go 1.26 or later (https://go.dev/dl) " +
      "and run 'npm run build:cue' in /home/ann/opm, or name one with OPM_CUE_HELPER",
  });
  expect(missingHelper(undefined).message).toContain("this opm was built without it: use another build of it");
});
