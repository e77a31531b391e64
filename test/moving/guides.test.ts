import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { opmCommand, runOpm, temporaryFolder } from "../cli/run-opm.ts";
import { registryClient } from "../support/registry-client.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { tellStory } from "./story.ts";

setDefaultTimeout(180_000);

const GUIDES = join(import.meta.dir, "../../docs/guide");
const folder = temporaryFolder();
let source: TestServer;

beforeAll(async () => {
  source = await startTestServer();
  await tellStory(registryClient(() => source.url));
}, 120_000);

afterAll(async () => {
  await source.stop();
  folder.remove();
}, 120_000);

/** The commands of a page of the guide, in its order: lines of blocks that are indented. */
function commandsOf(page: string): string[] {
  const text = readFileSync(join(GUIDES, page), "utf8");
  return text.split("\n").flatMap((line) => (line.startsWith("    opm ") ? [line.trim()] : []));
}

/** Runs a command of the guide with its places replaced; it must succeed. */
async function run(command: string, places: Readonly<Record<string, string>>): Promise<string> {
  const [, ...args] = command.split(" ").map((word) => places[word] ?? word);
  const child = Bun.spawn([...opmCommand(), ...args], {
    cwd: folder.path,
    env: { PATH: process.env.PATH ?? "" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: 120_000,
  });
  const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  expect([command, { code, stderr }]).toEqual([command, { code: 0, stderr: expect.any(String) }]);
  return stdout;
}

test("the guide on backups, command by command, of a server that runs", async () => {
  const commands = commandsOf("backup.md");
  expect(commands).toHaveLength(6);
  const target = join(folder.path, "restored");
  const places = { "/backup/opm": join(folder.path, "backup"), "/srv/opm": source.dataDir, "/srv/new": target };
  for (const command of commands) await run(command, places);
});

/** Mounting needs root, or user namespaces that are switched off on some machines. */
const MAY_MOUNT = Bun.spawnSync(["unshare", "--mount", "--map-root-user", "mount", "-t", "tmpfs", "none", folder.path], { stderr: "ignore" }).success;

test.skipIf(!MAY_MOUNT && process.env.CI !== "true")(
  "a full disk ends a backup and a migration in one line (to run: unshare --mount --map-root-user must be permitted)",
  async () => {
    const target = join(folder.path, "small");
    mkdirSync(target);
    for (const args of [
      ["backup", "create", join(target, "backup"), "--data", source.dataDir],
      ["migrate", "--from", source.dataDir, "--to", join(target, "data")],
    ]) {
      const script = 'mount -t tmpfs -o size=1m none "$0" && exec "$@"';
      const child = Bun.spawn(["unshare", "--mount", "--map-root-user", "sh", "-c", script, target, ...opmCommand(), ...args], {
        env: { PATH: process.env.PATH ?? "" },
        stdin: "ignore",
        stdout: "pipe",
        stderr: "pipe",
        timeout: 120_000,
      });
      const [stderr, code] = await Promise.all([child.stderr.text(), child.exited]);
      const last = stderr.trim().split("\n").at(-1);
      expect([args[0], code, last]).toEqual([args[0], 1, expect.stringMatching(/^opm: .*(?:space|disk|full)/)]);
    }
    // The source takes changes still.
    await tellStory(registryClient(() => source.url));
  },
);

test("a folder of cuts that gets another registry says so", async () => {
  const other = await startTestServer();
  try {
    const backup = join(folder.path, "mixed");
    const create = async ({ dataDir }: TestServer) => (await runOpm(["backup", "create", backup, "--data", dataDir, "--quiet"])).stderr;
    expect([await create(source), await create(source), await create(other)]).toEqual(["", "", expect.stringContaining("is of other stores")]);
  } finally {
    await other.stop();
  }
});

test("the guide on moving between stores, command by command", async () => {
  const commands = commandsOf("stores.md");
  expect(commands).toHaveLength(2);
  const target = join(folder.path, "moved");
  const config = join(folder.path, "opm.yaml");
  writeFileSync(config, JSON.stringify({ data: target }));
  for (const command of commands) await run(command, { "/srv/opm": source.dataDir, "/etc/opm/opm.yaml": config });
  expect(await run("opm scrub --data /srv/new", { "/srv/new": target })).toContain("0 orphans");
});
