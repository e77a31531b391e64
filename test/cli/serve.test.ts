import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { untilInFlight } from "../support/requests-in-flight.ts";
import { opmCommand, opmEnvironment, runOpm, temporaryFolder } from "./run-opm.ts";

/** Milliseconds within which a server must say that it is ready. */
const START_LIMIT = 50_000;

let folder: ReturnType<typeof temporaryFolder>;
const running = new Set<Bun.Subprocess>();
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  for (const child of running) {
    child.kill("SIGKILL");
    await child.exited;
  }
  running.clear();
  folder.remove();
});

/** Starts a server and reads what it prints until it is ready. */
async function serve(environment: Readonly<Record<string, string>> = {}) {
  const child = Bun.spawn([...opmCommand(), "serve", "--listen", "127.0.0.1:0"], {
    cwd: folder.path,
    env: opmEnvironment(environment),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  running.add(child);
  const timer = setTimeout(() => child.kill("SIGKILL"), START_LIMIT);
  let banner = "";
  const decoder = new TextDecoder();
  for await (const bytes of child.stdout) {
    banner += decoder.decode(bytes, { stream: true });
    if (/Try .*\n/.test(banner)) break;
  }
  clearTimeout(timer);
  return { child, banner, url: /http:\S+:\d+/.exec(banner)?.[0] ?? "" };
}

test("the first lines say where it listens, where the data lies, who may push and what to try", async () => {
  const { banner, url } = await serve();
  expect(banner.split("\n")).toEqual([
    expect.stringMatching(/^opm \d+\.\d+\.\d+\S* is ready$/),
    `  Listening  ${url}`,
    `  Data       ${join(folder.path, "data")}`,
    "  Push       everybody on this machine, without logging in (access.grants is not set)",
    `  Try        curl ${url}/v2/_catalog`,
    "",
  ]);
  const answer = await fetch(`${url}/v2/_catalog`);
  expect(await answer.json()).toEqual({ repositories: [] });
});

test("whoever reads its output may end: it serves on, and ends when it is told to", async () => {
  const { child, url } = await serve();
  await child.stderr.cancel();
  for (let request = 0; request < 5; request++) {
    expect((await fetch(`${url}/v2/nothing-${request}/tags/list`)).status).toBe(404);
    // Lines are gathered for a moment before they are written.
    await Bun.sleep(150);
  }
  expect([child.exitCode, child.signalCode]).toEqual([null, null]);
  child.kill("SIGTERM");
  expect(await child.exited).toBe(0);
});

test("its first lines may have no reader at all", async () => {
  const unused = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const address = `127.0.0.1:${unused.port}`;
  await unused.stop(true);
  const child = Bun.spawn([...opmCommand(), "serve", "--listen", address], {
    cwd: folder.path,
    env: opmEnvironment(),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  running.add(child);
  await Promise.all([child.stdout.cancel(), child.stderr.cancel()]);
  const end = Date.now() + START_LIMIT;
  const answers = () =>
    fetch(`http://${address}/v2/`).then(
      ({ status }) => status === 200,
      () => false,
    );
  while (!(await answers()) && Date.now() < end) await Bun.sleep(50);
  await Bun.sleep(200);
  expect(await answers()).toBe(true);
});

test("with grants they name who may push", async () => {
  const grants = [
    { subjects: ["anonymous"], repositories: "**", actions: ["pull"] },
    { subjects: ["user:ann", "group:ci"], repositories: "team/**", actions: ["pull", "push"] },
  ];
  const { banner } = await serve({ OPM_ACCESS_GRANTS: JSON.stringify(grants) });
  expect(banner).toContain("  Push       user:ann, group:ci to team/**\n");
  expect(banner).toMatch(/Try +docker login 127\.0\.0\.1:\d+\n/);
});

test.each(["SIGTERM", "SIGINT"] as const)("%s ends it well", async (signal) => {
  const { child } = await serve();
  child.kill(signal);
  expect(await child.exited).toBe(0);
});

test("one Ctrl-C that arrives twice ends it well too", async () => {
  const { child } = await serve();
  child.kill("SIGINT");
  child.kill("SIGINT");
  expect(await child.exited).toBe(0);
});

test.each(["own", "node"])("an address in use is told in one line, with what to do: %s", async (listener) => {
  const environment = { OPM_SERVER_LISTENER: listener };
  const { url } = await serve(environment);
  const listen = new URL(url).host;
  const ran = await runOpm(["serve", "--listen", listen, "--data", join(folder.path, "other")], { directory: folder.path, environment });
  const stderr = `opm: listen: ${listen} is in use by another process: stop that one, or choose another address with --listen\n`;
  expect(ran).toEqual({ code: 1, stdout: "", stderr });
});

test("the commands work while the server runs", async () => {
  await serve();
  const options = { directory: folder.path };
  expect(await runOpm(["user", "add", "ann", "--password-stdin"], { ...options, stdin: "correct horse" })).toMatchObject({ code: 0 });
  expect((await runOpm(["user", "list"], options)).stdout).toContain("ann");
  expect(JSON.parse((await runOpm(["gc", "--dry-run", "--json"], options)).stdout)).toMatchObject({ dryRun: true, blobs: 0, bytes: 0 });
  expect((await runOpm(["gc"], options)).stdout).toEndWith("freed 0 B\n");
  expect(JSON.parse((await runOpm(["scrub", "--json"], options)).stdout)).toMatchObject({ checked: 0, problems: [] });
  using database = new Database(join(folder.path, "data/metadata.db"));
  database.run("INSERT INTO lease (name, holder, until) VALUES ('collection', 'web-2/17/ab', ?)", [Date.now() + 3_600_000]);
  expect((await runOpm(["gc"], options)).stdout).toStartWith("another process collects as well, or was killed while it did: web-2/17/ab\n");
  expect(JSON.parse((await runOpm(["gc", "--json"], options)).stdout)).toMatchObject({ dryRun: false, blobs: 0, beside: "web-2/17/ab" });
}, 60_000);

test("a second signal does not wait for a request that never ends", async () => {
  const { child, url } = await serve();
  const opened = await fetch(`${url}/v2/a/blobs/uploads/`, { method: "POST" });
  const socket = await Bun.connect({ hostname: "127.0.0.1", port: Number(new URL(url).port), socket: { data() {} } });
  try {
    socket.write(`PATCH ${opened.headers.get("location")} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nsome bytes`);
    await untilInFlight(url, 2);
    child.kill("SIGTERM");
    // beyond the second in which another signal is the same one
    await Bun.sleep(1500);
    expect(child.exitCode).toBeNull();
    child.kill("SIGTERM");
    expect(await child.exited).toBe(143);
  } finally {
    socket.end();
  }
});

test("scrub finds damage and says so", async () => {
  const { url } = await serve();
  const bytes = new TextEncoder().encode("some content of a blob");
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  const pushed = await fetch(`${url}/v2/a/blobs/uploads/?digest=${digest}`, { method: "POST", body: bytes });
  expect(pushed.status).toBe(201);
  expect(await runOpm(["scrub"], { directory: folder.path })).toMatchObject({
    code: 0,
    stdout: "checked 1 blob or manifest, 22 B; 0 orphans\n",
  });

  for (const entry of readdirSync(join(folder.path, "data", "content"), { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && readFileSync(path).equals(bytes)) writeFileSync(path, "some c0ntent of a blob");
  }
  expect(await runOpm(["scrub"], { directory: folder.path })).toEqual({
    code: 6,
    stdout: `corrupt blob ${digest}\nchecked 1 blob or manifest, 22 B; 0 orphans\n`,
    stderr: "opm: 1 of 1 contents are damaged: push them again, or restore them from a backup\n",
  });
}, 60_000);
