import { expect, test } from "bun:test";
import { runOnTerminal } from "../support/terminal.ts";
import { opmCommand, opmEnvironment } from "./run-opm.ts";

const RED = "\u001b[31mopm:\u001b[39m ";
const YELLOW = "opm: \u001b[33mwarning:\u001b[39m ";

/** What a command shows where its standard error is a terminal. */
async function onTerminal(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<string> {
  const env = opmEnvironment({ TERM: "xterm-256color", ...environment });
  return (await runOnTerminal([...opmCommand(), ...args], { environment: env, width: 200 })).shown;
}

const ERROR = ["sreve"];
const WARNING = ["config", "show"];
const MISTYPED = { OPM_LISTN: "x", HOME: "/nonexistent" };

test("an error begins red on a terminal, a warning yellow", async () => {
  expect(await onTerminal(ERROR, {})).toStartWith(`${RED}unknown command 'sreve'`);
  expect(await onTerminal(WARNING, MISTYPED)).toContain(`${YELLOW}OPM_LISTN is no setting`);
});

test.each([
  ["NO_COLOR", "1"],
  ["TERM", "dumb"],
])("not with %s=%s", async (name, value) => {
  const environment = { [name]: value };
  expect(await onTerminal(ERROR, environment)).toStartWith("opm: unknown command 'sreve'");
  expect(await onTerminal(WARNING, { ...MISTYPED, ...environment })).toContain("opm: warning: OPM_LISTN is no setting");
});

test("an empty NO_COLOR is none", async () => {
  expect(await onTerminal(ERROR, { NO_COLOR: "" })).toStartWith(RED);
});
