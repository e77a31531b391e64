import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { COMMANDS } from "../../src/cli/commands.ts";
import { type FakeServer, reply, startFakeServer } from "../../src/client/testing/fake-server.ts";
import { runOpm, temporaryFolder } from "../cli/run-opm.ts";
import { startOpm } from "../component/repository/use-registries.ts";
import { openDistribution, type StartedRegistry } from "../support/distribution.ts";
import { ENDING_COMMANDS, LOCAL_COMMANDS } from "./local-commands.ts";
import { REMOTE_COMMANDS } from "./remote-commands.ts";

/** Milliseconds for all commands of a table, and for the servers to start. */
const LIMIT = 180_000;

const folder = temporaryFolder();
let started: readonly [StartedRegistry, StartedRegistry] | undefined;
let denying: FakeServer | undefined;

beforeAll(async () => {
  write("file", "hi\n");
  write("catalog.yaml", "version: 1\nnamespaces:\n  declared: {}\n");
  write("bad.yaml", "nonsense: true\n");
  write(
    "postgres.yaml",
    `data: ${join(folder.path, "late")}\nlisten: 127.0.0.1:0\nstorage: {metadata: {driver: postgres, url: "postgres://x:y@127.0.0.1:1/x"}}\n`,
  );
  const module = (name: string, cue: string, more = "") => {
    write(`${name}/cue.mod/module.cue`, `module: "mod.test/${name}@v0"\nlanguage: version: "v0.17.0"\nsource: kind: "self"\n${more}`);
    write(`${name}/a.cue`, cue);
  };
  module("module", "package a\n");
  module("broken", "package a\n\nx: 1\nx: 2\n");
  module("untidy", "package a\n", 'deps: "lib.test/none@v1": v: "v1.0.0"\n');
  for (const name of ["fresh", "nowhere"]) mkdirSync(join(folder.path, name));
  const resource = "{name: text, type: plainText, relation: local, input: {type: utf8, text: hi}}";
  write("component.yaml", `components:\n  - {name: acme.org/app, version: 1.0.0, provider: {name: acme.org}, resources: [${resource}]}\n`);
  const pair = () => generateKeyPairSync("rsa", { modulusLength: 2048 });
  const { privateKey, publicKey } = pair();
  write("key.pem", privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  write("public.pem", publicKey.export({ type: "spki", format: "pem" }).toString());
  write("other.pem", pair().publicKey.export({ type: "spki", format: "pem" }).toString());
  denying = await startFakeServer((_, response) =>
    reply(response, 403, { "Content-Type": "application/json" }, '{"errors":[{"code":"DENIED","message":"no"}]}'),
  );
  started = [await startOpm(), await openDistribution()];
}, LIMIT);

afterAll(async () => {
  await Promise.all([...(started ?? []).map(({ stop }) => stop()), denying?.stop()]);
  folder.remove();
});

function write(name: string, text: string): void {
  mkdirSync(join(folder.path, name, ".."), { recursive: true });
  writeFileSync(join(folder.path, name), text, { mode: 0o600 });
}

let batches = 0;

/** The exit codes of commands that run one after the other. */
async function codesOf(typed: readonly string[]): Promise<readonly number[]> {
  const [commands, codes] = ["commands", "codes"].map((name) => join(folder.path, `${name}-${batches}.json`)) as [string, string];
  batches++;
  await Bun.write(commands, JSON.stringify(typed.map((text) => text.split(" "))));
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "run-all.ts"), commands, codes], {
    cwd: folder.path,
    env: { PATH: process.env.PATH ?? "", HOME: folder.path, ...(process.env.OPM_CUE_HELPER && { OPM_CUE_HELPER: process.env.OPM_CUE_HELPER }) },
    stdin: new Blob(["a-password\n"]),
    stdout: "ignore",
    stderr: "pipe",
    timeout: LIMIT,
    killSignal: "SIGKILL",
  });
  const [stderr] = await Promise.all([child.stderr.text(), child.exited]);
  const file = Bun.file(codes);
  if (!(await file.exists())) throw new Error(`the commands did not end: ${stderr.slice(-2000)}`);
  return (await file.json()) as readonly number[];
}

/** What was typed with its exit code, to be read side by side. */
function lines(typed: readonly string[], codes: readonly number[]): string[] {
  return typed.map((text, at) => `${codes[at]}  opm ${text}`);
}

const at = (host: string | undefined) => (typed: string) => typed.replaceAll(/\bH\b/g, host ?? "");

/** What can be typed, without groups. */
const NAMES = COMMANDS.filter(({ load }) => load !== undefined).map(({ path }) => path);

describe("exit codes", () => {
  test("every command is in a table", () => {
    const typed = [...REMOTE_COMMANDS.map((each) => each.typed), ...[...LOCAL_COMMANDS, ...ENDING_COMMANDS].map(([text]) => text)];
    const missing = NAMES.filter((words) => !typed.some((text) => text === words || text.startsWith(`${words} `)));
    expect(missing).toEqual([]);
  });

  test(
    "of an option that there is not, and of help",
    async () => {
      const words = NAMES.filter((name) => name !== "complete");
      const typed = words.flatMap((name) => [`${name} --nonsense`, `${name} --help`]);
      const expected = typed.map((text) => (text.endsWith("--help") ? 0 : 2));
      expect(lines(typed, await codesOf(typed))).toEqual(lines(typed, expected));
    },
    LIMIT,
  );

  test.each([
    ["opm serve", 0],
    ["the registry of the CNCF", 1],
  ] as const)(
    "against %s",
    async (_, which) => {
      const typed = REMOTE_COMMANDS.map((each) => at(started?.[which].host)(each.typed));
      const expected = REMOTE_COMMANDS.map(({ codes }) => codes[which]);
      expect(lines(typed, await codesOf(typed))).toEqual(lines(typed, expected));
    },
    LIMIT,
  );

  test.each([
    ["that cannot be reached", 3],
    ["that lets nobody in", 4],
  ] as const)(
    "against a registry %s",
    async (_, code) => {
      const asking = REMOTE_COMMANDS.filter(({ asks }) => asks !== false);
      const typed = asking.map((each) => at(code === 3 ? "127.0.0.1:1" : denying?.host)(each.typed));
      expect(lines(typed, await codesOf(typed))).toEqual(
        lines(
          typed,
          typed.map(() => code),
        ),
      );
    },
    LIMIT,
  );

  test(
    "of commands that ask no registry",
    async () => {
      const typed = LOCAL_COMMANDS.map(([text]) => text);
      expect(lines(typed, await codesOf(typed))).toEqual(
        lines(
          typed,
          LOCAL_COMMANDS.map(([, code]) => code),
        ),
      );
    },
    LIMIT,
  );

  test.each(ENDING_COMMANDS)("of what ends by itself: %s", async (typed, code) => {
    expect((await runOpm(typed.split(" "), { directory: folder.path })).code).toBe(code);
  });
});
