import { afterAll, beforeAll, expect, test } from "bun:test";
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./root.ts";

/** A clean clone, as far as the build gets without Go. */
let clone = "";
beforeAll(async () => {
  clone = await realpath(await mkdtemp(join(tmpdir(), "opm-clone-")));
  await cp(join(ROOT, "scripts"), join(clone, "scripts"), { recursive: true });
});
afterAll(() => rm(clone, { recursive: true, force: true }));

async function withoutGo(...args: readonly string[]) {
  const env = { PATH: join(clone, "nothing") };
  const child = Bun.spawn([process.execPath, ...args], { cwd: clone, env, stdin: "ignore", stdout: "pipe", stderr: "pipe", timeout: 50_000 });
  const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { code, stdout, stderr };
}

test("without Go the build says what is missing and what to do, in one line", async () => {
  expect(await withoutGo("scripts/build.ts")).toEqual({
    code: 1,
    stdout: "",
    stderr:
      "opm: the CUE helper, which the executable carries, is not built, and there is no Go on the PATH: " +
      "install Go 1.26 or later (https://go.dev/dl), put it on the PATH, and run the command again\n",
  });
});

test("so does the build of the helper alone, with what it is for", async () => {
  const { code, stdout, stderr } = await withoutGo("scripts/build-cue.ts");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(
    /^opm: the CUE helper was not built, which 'opm mod' and 'npm run build' need .*: there is no Go on the PATH: install Go .* 'npm run build:cue' again\n$/,
  );
});

test("a helper that was built before is carried, and that is said", async () => {
  const helper = join(clone, "cue", "bin", process.platform === "win32" ? "opm-cue.exe" : "opm-cue");
  await mkdir(join(clone, "cue", "bin"), { recursive: true });
  await writeFile(helper, "built before");
  const program = `console.log(await (await import(${JSON.stringify(join(clone, "scripts/lib/carried-helper.ts"))})).carriedHelper())`;
  expect(await withoutGo("-e", program)).toEqual({
    code: 0,
    stdout: `${helper}\n`,
    stderr: "the executable carries cue/bin/opm-cue as it was built before: there is no Go on the PATH\n",
  });
});
