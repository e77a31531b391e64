import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startTestServer, type TestServer } from "../support/server.ts";
import { opmCommand, opmEnvironment, type Ran, runOpm, temporaryFolder } from "./run-opm.ts";

const GRANTS = [
  { subjects: ["user:root"], repositories: "**", actions: ["admin"] },
  { subjects: ["group:dev"], repositories: "team/**", actions: ["pull", "push"] },
];

setDefaultTimeout(60_000);

const folder = temporaryFolder();
let server: TestServer;
let host = "";

/** Runs `opm` as somebody; `HOST` in an argument stands for the registry. */
function as(user: string, password: string, args: readonly string[], stdin?: string): Promise<Ran> {
  const auth = { [host]: { auth: btoa(`${user}:${password}`) } };
  const config = join(folder.path, `${user}-${Bun.hash(password)}`);
  Bun.spawnSync(["mkdir", "-p", config]);
  writeFileSync(join(config, "config.json"), JSON.stringify(user === "" ? {} : { auths: auth }));
  const environment = { DOCKER_CONFIG: config, HOME: folder.path };
  return runOpm(
    args.map((arg) => arg.replace("HOST", host)),
    { directory: folder.path, environment, ...(stdin !== undefined && { stdin }) },
  );
}

const root = (...args: readonly string[]) => as("root", "password of root", [...args, "--registry", "HOST"]);

beforeAll(async () => {
  server = await startTestServer({ config: { access: { grants: GRANTS } } });
  host = new URL(server.url).host;
  const { code } = await runOpm(["user", "add", "root", "--password-stdin", "--data", server.dataDir], { stdin: "password of root" });
  expect(code).toBe(0);
}, 60_000);
afterAll(async () => {
  await server.stop();
  folder.remove();
});

async function addUser(name: string, ...groups: readonly string[]): Promise<void> {
  const args = ["user", "add", name, "--password-stdin", "--registry", "HOST", ...groups.flatMap((group) => ["--group", group])];
  expect(await as("root", "password of root", args, `password of ${name}`)).toMatchObject({ code: 0, stdout: `added user ${name}\n` });
}

describe("an administrator without a shell on the server", () => {
  test("adds, lists, changes and removes accounts and their tokens", async () => {
    await addUser("ann", "dev");
    expect((await root("user", "list")).stdout).toMatch(/ann .*enabled +dev\n/);
    expect((await root("user", "edit", "ann", "--group", "qa", "--no-group", "dev")).stdout).toContain("groups: qa");
    expect((await root("user", "edit", "ann", "--group", "dev", "--json")).stdout).toContain('"disabled": false');
    expect(await as("root", "password of root", ["user", "passwd", "ann", "--password-stdin", "--registry", "HOST"], "another password")).toMatchObject({
      code: 0,
    });
    expect((await as("ann", "another password", ["whoami", "HOST"])).stdout).toStartWith("ann, in qa, dev\n");
    const { stdout } = await root("token", "create", "--user", "ann", "--scope", "team/app:pull", "--json");
    const { id, token } = JSON.parse(stdout);
    expect((await as("ann", token, ["whoami", "HOST/team/app"])).stdout).toContain("ann may pull on team/app\n");
    expect((await root("user", "rights", "ann", "team/app")).stdout).toMatch(
      /^ann may pull, push on team\/app\n(.*\n)+team\/\*\* +pull,push +group:dev +configuration\n$/,
    );
    expect((await root("token", "revoke", id)).stdout).toBe(`revoked token ${id}\n`);
    expect(JSON.parse((await root("token", "list", "-u", "ann", "--json")).stdout)).toMatchObject([{ id, state: "revoked" }]);
    expect((await root("user", "remove", "ann")).code).toBe(0);
    expect((await root("user", "remove", "ann")).code).toBe(5);
    expect((await root("user", "remove", "root")).code).toBe(2);
  });

  test("reads the audit record, and follows it", async () => {
    const { entries } = JSON.parse((await root("audit", "--json", "--action", "user.create", "--since", "1h")).stdout);
    expect(entries).toContainEqual(expect.objectContaining({ subject: "root", reference: "ann" }));
    expect((await root("audit", "--user", "root", "-n", "1")).stderr).toContain("there are more");
    const config = join(folder.path, `root-${Bun.hash("password of root")}`);
    const child = Bun.spawn([...opmCommand(), "audit", "--follow", "--json", "--registry", host], {
      env: opmEnvironment({ DOCKER_CONFIG: config, HOME: folder.path }),
      stdout: "pipe",
      stderr: "pipe",
      timeout: 30_000,
    });
    const lines = readLines(child.stdout);
    // what was done before it began to look is not shown
    const name = `late-${Date.now()}`;
    const added = (async () => {
      for (let attempt = 0; attempt < 20; attempt++) {
        await addUser(`${name}-${attempt}`);
        if (await Promise.race([lines.first, Bun.sleep(500)])) return;
      }
    })();
    const first = JSON.parse(await lines.first);
    await added;
    expect(first).toMatchObject({ action: "user.create", subject: "root", reference: expect.stringContaining(name) });
    child.kill("SIGINT");
    expect(await child.exited).toBe(130);
  }, 60_000);
});

/** The first line that tells of a new user. All is read to its end: a command whose reader has gone ends by itself. */
function readLines(stream: ReadableStream<Uint8Array>): { readonly first: Promise<string> } {
  const { promise: first, resolve } = Promise.withResolvers<string>();
  const read = async () => {
    let text = "";
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      text += decoder.decode(chunk, { stream: true });
      const line = text.split("\n").find((candidate, index, all) => index < all.length - 1 && candidate.includes("user.create"));
      if (line !== undefined) resolve(line);
    }
  };
  void read().finally(() => resolve(""));
  return { first };
}

describe("somebody with an account", () => {
  test("learns who he is, changes his password, and has tokens of his own", async () => {
    await addUser("bob", "dev");
    const bob = (...args: readonly string[]) => as("bob", "password of bob", args);
    const known = JSON.parse((await bob("whoami", "HOST/team/app", "--json")).stdout);
    expect(known).toMatchObject({ name: "bob", administrator: false, rights: { repository: "team/app", actions: ["pull", "push"] } });
    expect((await bob("token", "create", "--registry", "HOST", "--docker-config", "bob.json")).code).toBe(0);
    const { auths } = JSON.parse(await Bun.file(join(folder.path, "bob.json")).text());
    const token = atob(auths[host].auth).slice("bob:".length);
    const listed = JSON.parse((await bob("token", "list", "--own", "--registry", "HOST", "--json")).stdout);
    expect(listed).toMatchObject([{ user: "bob", state: "valid" }]);
    expect(await as("bob", token, ["token", "create", "--registry", "HOST"])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("log in with the password"),
    });
    const passwd = ["user", "passwd", "--registry", "HOST", "--password-stdin"];
    expect(await as("bob", "password of bob", passwd, "wrong\na new password\n")).toMatchObject({ code: 4 });
    expect(await as("bob", "password of bob", passwd, "password of bob\n")).toMatchObject({ code: 2 });
    expect(await as("bob", "password of bob", passwd, "password of bob\na new password\n")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("of bob"),
    });
    expect((await as("bob", "password of bob", ["whoami", "HOST"])).code).toBe(4);
    expect((await as("bob", "a new password", ["whoami", "HOST"])).code).toBe(0);
    expect((await as("bob", token, ["whoami", "HOST"])).stdout).toContain(`by access token ${listed[0].id}`);
    const [own] = listed;
    expect((await as("bob", "a new password", ["token", "revoke", own.id, "--own", "--registry", "HOST"])).code).toBe(0);
    expect((await as("bob", token, ["whoami", "HOST"])).code).toBe(4);
  });

  test.each(["user list", "user rights root", "token list", "audit"])("may not see what is the administrators': %s", async (command) => {
    const name = `carl-${command.replaceAll(" ", "-")}`;
    await addUser(name);
    const ran = await as(name, `password of ${name}`, [...command.split(" "), "--registry", "HOST"]);
    expect([ran.code, ran.stdout]).toEqual([4, ""]);
  });

  test("who is not logged in is told what to do", async () => {
    const ran = await as("", "", ["whoami", "HOST"]);
    expect([ran.code, ran.stdout]).toEqual([4, ""]);
    expect(ran.stderr).toContain("log");
  });
});
