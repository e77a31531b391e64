import { expect, test } from "bun:test";
import { parseScaleOptions } from "./options.ts";

test("a run is as long as that of the other comparison", () => {
  expect(parseScaleOptions([])).toEqual({ only: [], rounds: 3, seconds: 2, warmUp: 2 });
  expect(parseScaleOptions(["--quick", "--only", "push"])).toEqual({ only: ["push"], rounds: 2, seconds: 0.3, warmUp: 0.2 });
});

test.each([
  [["--rounds", "none"], "invalid --rounds 'none': expected a whole number from 1 to 99"],
  [["--workers", "2"], "Unknown option '--workers'"],
])("%p is refused", (args, message) => {
  expect(() => parseScaleOptions(args)).toThrow(message);
});
