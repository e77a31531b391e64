import { expect, test } from "bun:test";
import { parseOptions } from "./options.ts";

test("a run at full length has 10,000 repositories and warms up as long as it measures", () => {
  expect(parseOptions([])).toMatchObject({ rounds: 3, seconds: 2, warmUp: 2, repositories: 10_000, only: [], servers: [] });
});

test("a quick one can be made longer", () => {
  expect(parseOptions(["--quick", "--seconds", "0.5", "--rounds", "4"])).toMatchObject({ rounds: 4, seconds: 0.5, warmUp: 0.2, repositories: 500 });
});

test("cases, servers and files are taken as they are", () => {
  const args = ["--only", "push", "--only", "tls", "--server", "opm", "--compare", "old.json", "--to", "new.json", "--profile", "push-16m"];
  expect(parseOptions(args)).toMatchObject({ only: ["push", "tls"], servers: ["opm"], compare: "old.json", to: "new.json", profile: "push-16m" });
});

test.each([
  [["--rounds", "0"], "invalid --rounds '0': expected a whole number from 1 to 99"],
  [["--rounds", "1.5"], "invalid --rounds '1.5'"],
  [["--seconds", "0"], "invalid --seconds '0': expected a number from 0.1 to 60"],
  [["--to", "new.json"], "--to takes --compare beside it"],
  [["--fast"], "Unknown option '--fast'"],
])("%p is refused", (args, message) => {
  expect(() => parseOptions(args)).toThrow(message);
});
