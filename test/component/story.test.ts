import { afterAll, beforeAll, expect } from "bun:test";
import { chmodSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { opmCommand, opmEnvironment, temporaryFolder } from "../cli/run-opm.ts";
import { type GuideStep, guideSteps, matchesOutput } from "../mod/support/guide-steps.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { findDebianTool, findTool, testWith } from "../support/tools.ts";

const STORY = "## From two components to a delivery";
const GUIDE = join(import.meta.dir, "../../docs/guide/components.md");

/** Milliseconds for one command of the guide. */
const COMMAND_LIMIT = 60_000;

const [crane, openssl] = await Promise.all([findTool("crane"), findDebianTool("openssl")]);
const folder = temporaryFolder();
const servers: TestServer[] = [];
let stopped = 0;

beforeAll(async () => {
  servers.push(await startTestServer(), await startTestServer());
}, 60_000);

afterAll(async () => {
  await Promise.all(servers.slice(stopped).map((server) => server.stop()));
  folder.remove();
}, 60_000);

/** A folder with `opm` and what else the guide uses. */
function programs(): string {
  const path = join(folder.path, "bin");
  mkdirSync(path);
  for (const [name, command] of [
    ["opm", opmCommand().join(" ")],
    ["crane", crane.path ?? ""],
  ] as const) {
    writeFileSync(join(path, name), `#!/bin/sh\nexec ${command} "$@"\n`);
    chmodSync(join(path, name), 0o755);
  }
  return `${path}:${dirname(openssl.path ?? "/usr/bin/openssl")}:/usr/bin:/bin`;
}

testWith(crane, openssl)(
  "the delivery of the guide, as it is written",
  async () => {
    const [work, home] = [join(folder.path, "work"), join(folder.path, "home")];
    for (const path of [work, home]) mkdirSync(path);
    const [first, second] = servers.map(({ url }) => new URL(url).host);
    const text = (await Bun.file(GUIDE).text()).replaceAll("localhost:5000", first ?? "").replaceAll("localhost:5001", second ?? "");
    const env = opmEnvironment({ PATH: programs(), HOME: home, DOCKER_CONFIG: home });
    const steps = guideSteps(text, STORY);
    expect(steps.length).toBeGreaterThan(10);
    await follow(steps, { work, env, isAtCustomer: (command) => command.includes(second ?? "") });
    expect(stopped).toBe(1);
    for (const file of ["shop-1.0.0.tgz", "web.tar", "web.tgz"]) expect(statSync(join(work, file)).size).toBeGreaterThan(100);
    // the commands of the other sections go on in the same folder, with the customer's registry and its image
    const reference = text
      .replaceAll("registry.example.com/", `${second}/reference/`)
      .replace(/docker\.io\/library\/nginx:1\.27\.0\n *platforms: .*/, `${second}/delivery/images/web:1.0.0`);
    const sections = sectionsWithCommands(reference);
    expect(sections.length).toBeGreaterThan(5);
    for (const section of sections) {
      const commands = guideSteps(reference, section).map((step) =>
        step.kind === "run" ? { ...step, commands: step.commands.filter(needsNoAuthority) } : step,
      );
      expect(commands.length).toBeGreaterThan(0);
      await follow(commands, { work, env, isAtCustomer: () => false });
    }
  },
  180_000,
);

/** The other sections of the guide that have commands, in order. */
function sectionsWithCommands(text: string): readonly string[] {
  const headings = [...text.matchAll(/^## .*$/gm)].map(([heading]) => heading);
  return headings.filter((heading) => heading !== STORY && guideSteps(text, heading).length > 0);
}

/** Certificates have tests of their own. */
function needsNoAuthority(command: string): boolean {
  return !command.includes("--ca-cert");
}

interface Following {
  readonly work: string;
  readonly env: Readonly<Record<string, string>>;
  /** The first registry is stopped before the first such command. */
  readonly isAtCustomer: (command: string) => boolean;
}

async function follow(steps: readonly GuideStep[], { work, env, isAtCustomer }: Following): Promise<void> {
  for (const step of steps) {
    if (step.kind === "file") {
      mkdirSync(dirname(join(work, step.path)), { recursive: true });
      writeFileSync(join(work, step.path), step.text);
      continue;
    }
    if (stopped === 0 && step.commands.some(isAtCustomer)) await servers[stopped++]?.stop();
    let last = { code: -1, stdout: "", stderr: "" };
    for (const command of step.commands) {
      last = await run(command, work, env);
      expect([command, last]).toEqual([command, expect.objectContaining({ code: 0 })]);
    }
    const isShown = step.output.length === 0 || [last.stdout, last.stderr].some((printed) => matchesOutput(printed, step.output));
    expect([step.commands, isShown ? [] : last]).toEqual([step.commands, []]);
  }
}

async function run(command: string, cwd: string, env: Readonly<Record<string, string>>) {
  const child = Bun.spawn(["/bin/sh", "-c", command], {
    cwd,
    env: { ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: COMMAND_LIMIT,
    killSignal: "SIGKILL",
  });
  const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { code, stdout, stderr };
}
