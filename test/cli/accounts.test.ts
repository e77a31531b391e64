import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { opmCommand, opmEnvironment, type Ran, runOpm, temporaryFolder } from "./run-opm.ts";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

function opm(args: readonly string[], stdin?: string): Promise<Ran> {
  return runOpm(args, { directory: folder.path, ...(stdin === undefined ? {} : { stdin }) });
}

async function addAnn(): Promise<void> {
  const ran = await opm(["user", "add", "ann", "--group", "dev", "--group", "ops", "--password-stdin"], "correct horse\n");
  expect(ran).toEqual({ code: 0, stdout: "added user ann\n", stderr: "" });
}

describe("opm user", () => {
  test("add, list, remove", async () => {
    await addAnn();
    const listed = await opm(["user", "list", "--json"]);
    expect(JSON.parse(listed.stdout)).toEqual([{ name: "ann", groups: ["dev", "ops"], createdAt: expect.stringMatching(/^\d{4}-.*Z$/) }]);
    expect((await opm(["user", "list"])).stdout).toMatch(/^NAME +CREATED +GROUPS\nann +\S+ +dev, ops\n$/);

    expect(await opm(["user", "remove", "ann"])).toEqual({ code: 0, stdout: "removed user ann and revoked its tokens\n", stderr: "" });
    expect(JSON.parse((await opm(["user", "list", "--json"])).stdout)).toEqual([]);
  });

  test("refusals", async () => {
    await addAnn();
    const again = await opm(["user", "add", "ann", "--password-stdin"], "another one");
    expect([again.code, again.stderr]).toEqual([2, "opm: the user ann exists already: remove it first, or choose another name\n"]);
    expect(await opm(["user", "add", "bob", "--password-stdin"], "short\n")).toMatchObject({ code: 2 });
    expect(await opm(["user", "add", "../bob", "--password-stdin"], "long enough")).toMatchObject({ code: 2 });
    expect(await opm(["user", "add", "bob", "--password-stdin"], "x".repeat(100_000))).toMatchObject({ code: 2 });
    expect(await opm(["user", "add", "bob"])).toEqual({
      code: 2,
      stdout: "",
      stderr: "opm: there is no terminal to ask for the password on: give it with --password-stdin\n",
    });
    expect(await opm(["user", "remove", "bob"])).toEqual({ code: 5, stdout: "", stderr: "opm: there is no user bob: see opm user list\n" });
  });

  test("the password is asked for on a terminal, twice, and not shown", async () => {
    const ran = await onTerminal(["user", "add", "ann"], "Pässword 1\rPässword 1\r");
    expect(ran.code).toBe(0);
    expect(ran.output).not.toContain("word 1");
    expect(await opm(["user", "list"])).toMatchObject({ stdout: expect.stringContaining("ann") });

    const differing = await onTerminal(["user", "add", "bob"], "password 1\rpassword 2\r");
    expect([differing.code, differing.output.includes("the two passwords differ")]).toEqual([2, true]);
    expect((await onTerminal(["user", "add", "bob"], "pass\u0003")).code).toBe(130);
  }, 30_000);
});

describe("opm token", () => {
  test("create, list, revoke", async () => {
    await addAnn();
    const scopes = ["--scope", "team/**:pull,push", "--scope", "base/*:pull"];
    const created = await opm(["token", "create", "--user", "ann", ...scopes, "--expires", "30d", "--description", "for CI", "--json"]);
    const token: { id: string; token: string } = JSON.parse(created.stdout);
    expect(token.token).toStartWith(`opm_${token.id}_`);

    const [listed] = JSON.parse((await opm(["token", "list", "--json"])).stdout);
    expect(listed).toMatchObject({
      id: token.id,
      user: "ann",
      state: "valid",
      description: "for CI",
      scopes: [
        { repositories: "team/**", actions: ["pull", "push"] },
        { repositories: "base/*", actions: ["pull"] },
      ],
      revokedAt: null,
    });
    expect(Date.parse(listed.expiresAt) - Date.parse(listed.createdAt)).toBe(30 * 86_400_000);

    expect(await opm(["token", "revoke", token.id])).toMatchObject({ code: 0, stdout: `revoked token ${token.id}\n` });
    expect((await opm(["token", "list", "--user", "ann"])).stdout).toMatch(/^ID .*\n\S+ +ann +revoked .*for CI\n$/);
  });

  test("only the token goes to standard output, and the secret is never listed", async () => {
    await addAnn();
    const { stdout } = await opm(["token", "create", "--user", "ann"]);
    expect(stdout).toMatch(/^opm_\w+_\w+\n$/);
    const secret = stdout.trim().split("_")[2] ?? "";
    const { stdout: json } = await opm(["token", "list", "--json"]);
    expect(json).not.toContain(secret);
    expect(json).not.toContain("secretHash");
  });

  test.each([
    [["create", "--user", "bob"], "opm: there is no user bob: create it with opm user add\n", 2],
    [["create", "--user", "ann", "--scope", "team"], "opm: malformed scope 'team': expected <repositories>:<actions>, e.g. team/**:pull,push\n", 2],
    [["create", "--user", "ann", "--expires", "soon"], "opm: invalid duration 'soon': expected one such as 12h or 30d\n", 2],
    [["create", "--user", "ann", "--expires", "0s"], "opm: the token would be expired from the start: choose a later time\n", 2],
    [["create", "--user", "ann", "--expires", "100000000d"], "opm: the duration '100000000d' is too long\n", 2],
    [["revoke", "unknown"], "opm: there is no token unknown: see opm token list\n", 5],
  ])("%j is refused", async (args, stderr, code) => {
    await addAnn();
    expect(await opm(["token", ...args])).toEqual({ code, stdout: "", stderr });
  });
});

test.each(["user list", "token list", "gc", "scrub"])("%s makes no data where there is none", async (command) => {
  const ran = await opm(command.split(" "));
  expect(ran.code).toBe(5);
  expect(ran.stderr).toStartWith(`opm: there is no registry data at ${join(folder.path, "data")}`);
});

/** Runs a command on a terminal of its own and types into it once it asks. */
async function onTerminal(args: readonly string[], keys: string): Promise<{ code: number; output: string }> {
  let output = "";
  let typed = false;
  const child = Bun.spawn([...opmCommand(), ...args], {
    cwd: folder.path,
    env: opmEnvironment({ TERM: "xterm" }),
    timeout: 20_000,
    terminal: {
      data(terminal, bytes) {
        output += new TextDecoder().decode(bytes);
        if (typed || !output.includes("Password: ")) return;
        typed = true;
        terminal.write(keys);
      },
    },
  });
  const code = await child.exited;
  child.terminal?.close();
  return { code, output };
}
