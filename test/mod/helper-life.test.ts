import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HELPER_PATH } from "../../scripts/lib/build-helper.ts";
import { opmCommand, opmEnvironment, runOpm } from "../cli/run-opm.ts";
import { type SilentRegistry, startSilentRegistry } from "./support/silent-registry.ts";

/** Milliseconds within which a process has to be gone. */
const END_LIMIT = 50_000;

let folder: string;
let registry: SilentRegistry;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "opm-life-"));
  registry = startSilentRegistry();
  const wrapper = join(folder, "opm-cue");
  await writeFile(wrapper, `#!/bin/sh\necho $$ > "$PID_FILE.partial"\nmv "$PID_FILE.partial" "$PID_FILE"\nexec '${HELPER_PATH}'\n`);
  await chmod(wrapper, 0o755);
  await module("waits", `deps: "lib.test/base@v1": v: "v1.0.0"`, `import "lib.test/base@v1"\nx: base`);
  // more than anybody waits for, in little memory
  await module("works", "", `import "list"\nx: [for a in list.Range(0, 20000, 1) for b in list.Range(0, 20000, 1) if a*b == -1 {a}]`);
});

afterAll(async () => {
  registry.stop();
  await rm(folder, { recursive: true, force: true });
});

async function module(name: string, deps: string, text: string): Promise<void> {
  await mkdir(join(folder, name, "cue.mod"), { recursive: true });
  await writeFile(join(folder, name, "cue.mod", "module.cue"), `module: "app.test/${name}@v0"\nlanguage: version: "v0.17.0"\n${deps}\n`);
  await writeFile(join(folder, name, "x.cue"), `package ${name}\n${text}\n`);
}

let runs = 0;

/** Starts a command that does not end by itself, in a process group of its own, and waits until it is at work. */
async function start(name: "waits" | "works") {
  const pidFile = join(folder, `pid-${++runs}`);
  const environment = { HOME: folder, CUE_CACHE_DIR: join(folder, `cache-${runs}`), OPM_CUE_HELPER: join(folder, "opm-cue"), PID_FILE: pidFile };
  const before = registry.asked();
  const child = Bun.spawn([...opmCommand(), "mod", "vet", "--registry", registry.host], {
    cwd: join(folder, name),
    env: opmEnvironment(environment),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    detached: true,
    timeout: 60_000,
    killSignal: "SIGKILL",
  });
  const helper = Number(await until(() => readFile(pidFile, "utf8").catch(() => undefined)));
  await until(name === "waits" ? async () => registry.asked() > before || undefined : () => hasWorked(helper));
  return { child, helper };
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (const end = performance.now() + END_LIMIT; performance.now() < end; await Bun.sleep(20)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(`nothing came of it within ${END_LIMIT / 1000} s`);
}

/** Clock ticks of processor time after which a helper is in the middle of its work: the start takes fewer. */
const AT_WORK = 30;

async function hasWorked(pid: number): Promise<true | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8");
  // the fields after the name, which may have spaces: those of user and system time
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]) >= AT_WORK ? true : undefined;
}

async function isGone(pid: number): Promise<true | undefined> {
  try {
    process.kill(pid, 0);
    // what ended and was not asked for its exit code yet is gone, too
    return (await readFile(`/proc/${pid}/stat`, "utf8")).includes(") Z ") ? true : undefined;
  } catch {
    return true;
  }
}

test("the helper is killed: one line that says so", async () => {
  const { child, helper } = await start("waits");
  process.kill(helper, "SIGKILL");
  const [code, stdout, stderr] = await Promise.all([child.exited, child.stdout.text(), child.stderr.text()]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^opm: the CUE helper was ended by SIGKILL while it worked on vet: [^\n]*\n$/);
});

test.each(["waits", "works"] as const)("Ctrl-C ends a command that %s, and its helper", async (name) => {
  const { child, helper } = await start(name);
  process.kill(-child.pid, "SIGINT");
  const [code, stderr] = await Promise.all([child.exited, child.stderr.text()]);
  expect(code).toBe(130);
  expect(stderr).toMatch(/^opm: interrupted: [^\n]*\n$/);
  expect(await until(() => isGone(helper))).toBe(true);
});

test.each(["waits", "works"] as const)("the helper of a killed command that %s does not stay", async (name) => {
  const { child, helper } = await start(name);
  child.kill("SIGKILL");
  await child.exited;
  expect(await until(() => isGone(helper))).toBe(true);
});

test("without a helper the command says what is missing, and others work", async () => {
  const environment = { HOME: folder, OPM_CUE_HELPER: join(folder, "missing") };
  const { code, stdout, stderr } = await runOpm(["mod", "vet"], { directory: join(folder, "works"), environment });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^opm: [^\n]*missing, which OPM_CUE_HELPER names[^\n]*\n$/);
  expect((await runOpm(["version"], { environment })).code).toBe(0);
});

test("an executable unpacks its helper once, into the user's cache; the source tree has its own", async () => {
  const cache = join(folder, "user-cache");
  const vet = () => runOpm(["mod", "vet"], { directory: join(folder, "small"), environment: { HOME: folder, XDG_CACHE_HOME: cache, TMPDIR: folder } });
  await module("small", "", "a: 1");
  for (const { code, stderr } of await Promise.all([vet(), vet(), vet()])) expect({ code, stderr }).toEqual({ code: 0, stderr: "valid: 1 package\n" });
  const found: string[] = await readdir(join(cache, "opm"), { recursive: true }).catch(() => []);
  if (process.env.OPM_TEST_BINARY === undefined) return expect(found).toEqual([]);
  const folders = found.filter((path) => /^helper\/[0-9a-f]{64}$/.test(path));
  expect(folders).toHaveLength(1);
  expect(found.sort()).toEqual(["helper", ...folders, `${folders[0]}/opm-cue`, `${folders[0]}/opm-cue.checked`]);
  const [, , file = ""] = found;
  const unpacked = join(cache, "opm", file);
  // A helper that was killed may still be ending, and a program that runs is not to be written to.
  await rm(unpacked);
  await writeFile(unpacked, "#!/bin/sh\nexit 7\n", { mode: 0o755 });
  expect(await vet()).toMatchObject({ code: 0 });
});
