import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runOnTerminal } from "../support/terminal.ts";
import { opmCommand, opmEnvironment, type Ran, runOpm, temporaryFolder } from "./run-opm.ts";

// Several processes one after the other, each beside whatever else runs.
setDefaultTimeout(60_000);

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
    expect(JSON.parse(listed.stdout)).toEqual([
      { name: "ann", groups: ["dev", "ops"], disabled: false, createdAt: expect.stringMatching(/^\d{4}-.*Z$/), passwordChangedAt: null },
    ]);
    expect((await opm(["user", "list"])).stdout).toMatch(/^NAME +CREATED +STATE +GROUPS\nann +\S+ +enabled +dev, ops\n$/);

    expect(await opm(["user", "remove", "ann"])).toEqual({ code: 0, stdout: "removed user ann and revoked its tokens\n", stderr: "" });
    expect(JSON.parse((await opm(["user", "list", "--json"])).stdout)).toEqual([]);
  });

  test("refusals", async () => {
    await addAnn();
    const again = await opm(["user", "add", "ann", "--password-stdin"], "another one");
    expect([again.code, again.stderr]).toEqual([2, "opm: the user ann exists already: change it with opm user edit, or choose another name\n"]);
    expect(await opm(["user", "add", "bob", "--password-stdin"], "short\n")).toMatchObject({ code: 2 });
    expect(await opm(["user", "add", "../bob", "--password-stdin"], "long enough")).toMatchObject({ code: 2 });
    expect(await opm(["user", "add", "bob", "--password-stdin"], "x".repeat(100_000))).toMatchObject({ code: 2 });
    expect(await opm(["user", "add", "bob"])).toEqual({
      code: 2,
      stdout: "",
      stderr: "opm: there is no terminal to ask for the password on: give it with --password-stdin\n",
    });
    expect(await opm(["user", "remove", "bob"])).toEqual({
      code: 5,
      stdout: "",
      stderr: expect.stringContaining("there is no user bob here: see opm user list"),
    });
  });

  test("groups, state and password are changed in place, and the tokens stay", async () => {
    await addAnn();
    const { stdout: token } = await opm(["token", "create", "-u", "ann"]);
    expect((await opm(["user", "edit", "ann", "--group", "qa", "--no-group", "ops", "--no-group", "dev", "--disable"])).stdout).toBe(
      "changed user ann: disabled, groups: qa\n",
    );
    expect((await opm(["user", "rights", "ann"])).stdout).toStartWith("ann is disabled");
    expect((await opm(["user", "edit", "ann", "--enable", "--json"])).stdout).toContain('"disabled": false');
    expect(await opm(["user", "passwd", "ann", "--password-stdin"], "another horse\n")).toMatchObject({
      code: 0,
      stdout: "changed the password of ann; its tokens stay\n",
    });
    const [listed] = JSON.parse((await opm(["token", "list", "--json"])).stdout);
    expect([token.includes(listed.id), listed.state]).toEqual([true, "valid"]);
    const { entries } = JSON.parse((await opm(["audit", "--json"])).stdout);
    expect(entries.map(({ action }: { action: string }) => action)).toEqual(["user.password", "user.edit", "user.edit", "token.create", "user.create"]);
    expect(JSON.parse((await opm(["audit", "--json", "--action", "user.edit", "--limit", "1"])).stdout)).toMatchObject({ more: true, entries: [{}] });
  });

  test.each<[readonly string[], string]>([
    [["edit", "ann"], "nothing to change"],
    [["edit", "ann", "--disable", "--enable"], "not both"],
    [["edit", "ann", "--group", "a b"], "invalid group name"],
    [["passwd"], "name the account"],
    [["list", "--registry", "127.0.0.1:1", "--data", "x"], "either --registry, or --data"],
    [["rights", "ann", "Team/App"], "repository name"],
  ])("%j is refused", async (args, message) => {
    await addAnn();
    expect(await opm(["user", ...args])).toEqual({ code: 2, stdout: "", stderr: expect.stringContaining(message) });
  });

  test.each(["edit bob --disable", "passwd bob --password-stdin", "rights bob"])("user %s: there is none", async (command) => {
    await addAnn();
    expect(await opm(["user", ...command.split(" ")], "long enough")).toMatchObject({ code: 5, stderr: expect.stringContaining("there is no user bob") });
  });

  test("the password is asked for on a terminal, twice, and not shown", async () => {
    const ran = await onTerminal(["user", "add", "ann"], "Pässword 1\rPässword 1\r");
    expect(ran.code).toBe(0);
    expect(ran.output).not.toContain("word 1");
    expect(await opm(["user", "list"])).toMatchObject({ stdout: expect.stringContaining("ann") });

    const differing = await onTerminal(["user", "add", "bob"], "password 1\rpassword 2\r");
    expect([differing.code, differing.output.includes("the two passwords differ")]).toEqual([2, true]);
    expect((await onTerminal(["user", "add", "bob"], "pass\u0003")).code).toBe(130);
  }, 60_000);
});

describe("opm token create --docker-config", () => {
  const CONFIG = "docker/config.json";
  const create = (...more: readonly string[]) => opm(["token", "create", "-u", "ann", "--docker-config", ...more]);

  test("writes a log-in that only its owner may read, and keeps what else is there", async () => {
    await addAnn();
    expect(await create(CONFIG)).toMatchObject({ code: 0, stdout: "", stderr: expect.stringContaining("for 127.0.0.1:5000 into") });
    const path = join(folder.path, CONFIG);
    const { auths } = JSON.parse(readFileSync(path, "utf8"));
    expect(atob(auths["127.0.0.1:5000"].auth)).toMatch(/^ann:opm_/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    writeFileSync(path, JSON.stringify({ psFormat: "x", auths: { other: { auth: "eA==" } }, credHelpers: { elsewhere: "pass" } }), { mode: 0o644 });
    expect((await create(CONFIG)).code).toBe(0);
    const merged = JSON.parse(readFileSync(path, "utf8"));
    expect([merged.psFormat, merged.credHelpers, Object.keys(merged.auths)]).toEqual(["x", { elsewhere: "pass" }, ["other", "127.0.0.1:5000"]]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("prints one", async () => {
    await addAnn();
    const { stdout, stderr } = await create("-");
    expect(Object.keys(JSON.parse(stdout).auths)).toEqual(["127.0.0.1:5000"]);
    expect(stderr).toBe("");
  });

  test.each([
    ['{"credsStore":"desktop"}', "credential helper 'desktop'"],
    ['{"credHelpers":{"127.0.0.1:5000":"pass"}}', "credential helper 'pass'"],
    ["{", "no docker configuration"],
    ['{"auths":[]}', "no docker configuration"],
    ["[]", "no docker configuration"],
  ])("into %s is refused, and no token is made for it", async (text, message) => {
    await addAnn();
    const path = join(folder.path, "config.json");
    writeFileSync(path, text);
    expect(await create("config.json")).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(message) });
    expect(readFileSync(path, "utf8")).toBe(text);
    expect(JSON.parse((await opm(["token", "list", "--json"])).stdout)).toEqual([]);
  });

  test("of a registry on all addresses takes publicUrl, which says what clients call it", async () => {
    await addAnn();
    writeFileSync(join(folder.path, "opm.yaml"), "listen: 0.0.0.0:5000\naccess: { grants: [] }\n");
    expect(await create("-")).toMatchObject({ code: 2, stderr: expect.stringContaining("publicUrl") });
    writeFileSync(join(folder.path, "opm.yaml"), "publicUrl: https://registry.example.com\n");
    expect(Object.keys(JSON.parse((await create("-")).stdout).auths)).toEqual(["registry.example.com"]);
  });
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
    [["create", "--user", "bob"], "opm: there is no user bob: create it with opm user add\n", 5],
    [["create"], "opm: name the account with --user\n", 2],
    [["list", "--own"], "opm: --own takes --registry: only a registry knows who you are\n", 2],
    [["create", "--user", "ann", "--scope", "team"], "opm: malformed scope 'team': expected <repositories>:<actions>, e.g. team/**:pull,push\n", 2],
    [["create", "--user", "ann", "--expires", "soon"], "opm: invalid duration 'soon': expected one such as 12h or 30d\n", 2],
    [["create", "--user", "ann", "--expires", "0s"], "opm: the token would be expired from the start: choose a later time\n", 2],
    [["create", "--user", "ann", "--expires", "100000000d"], "opm: the duration '100000000d' is too long\n", 2],
    [["revoke", "unknown"], "opm: there is no token unknown that is not revoked: see opm token list\n", 5],
  ])("%j is refused", async (args, stderr, code) => {
    await addAnn();
    expect(await opm(["token", ...args])).toEqual({ code, stdout: "", stderr });
  });
});

test.each(["user list", "user edit ann --disable", "user rights ann", "token list", "audit", "gc", "scrub"])(
  "%s makes no data where there is none",
  async (command) => {
    const ran = await opm(command.split(" "));
    expect(ran.code).toBe(5);
    expect(ran.stderr).toStartWith(`opm: there is no registry data at ${join(folder.path, "data")}`);
  },
);

/** Runs a command on a terminal of its own and types into it once it asks. */
async function onTerminal(args: readonly string[], keys: string): Promise<{ code: number; output: string }> {
  let typed = false;
  const { code, shown } = await runOnTerminal([...opmCommand(), ...args], {
    directory: folder.path,
    environment: opmEnvironment({ TERM: "xterm" }),
    width: 80,
    type(soFar) {
      if (typed || !soFar.includes("Password: ")) return undefined;
      typed = true;
      return keys;
    },
  });
  return { code, output: shown };
}
