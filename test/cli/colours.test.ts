import { expect, test } from "bun:test";
import { opmCommand, opmEnvironment } from "./run-opm.ts";

/** Milliseconds for a command. */
const COMMAND_LIMIT = 20_000;

const RED = "\u001b[31mopm:\u001b[39m ";
const YELLOW = "opm: \u001b[33mwarning:\u001b[39m ";

/** What a command shows where its standard error is a terminal. */
async function onTerminal(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<string> {
  const decoder = new TextDecoder();
  let shown = "";
  await using terminal = new Bun.Terminal({
    cols: 200,
    data: (_, bytes) => {
      shown += decoder.decode(bytes, { stream: true });
    },
  });
  const env = opmEnvironment({ TERM: "xterm-256color", ...environment });
  const child = Bun.spawn([...opmCommand(), ...args], { env, terminal, timeout: COMMAND_LIMIT, killSignal: "SIGKILL" });
  await child.exited;
  const deadline = performance.now() + COMMAND_LIMIT;
  while (!shown.includes("\n") && performance.now() < deadline) await Bun.sleep(10);
  return shown;
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
