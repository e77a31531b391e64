import { beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { opmCommand } from "../cli/run-opm.ts";
import { useRegistry } from "../support/use-registry.ts";
import { useModules } from "./publish/use-modules.ts";
import { guideSteps, matchesOutput } from "./support/guide-steps.ts";

setDefaultTimeout(120_000);

const STORY = "## From a provider to an application";
/** The registry of the guide. */
const GUIDE_HOST = "localhost:5000";

const registry = useRegistry();
const modules = useModules();
let guide = "";
beforeAll(async () => {
  guide = await Bun.file(join(import.meta.dir, "../../docs/guide/modules.md")).text();
});

/** A folder with `opm`, and without `cue` and Go. */
function programs(): string {
  const folder = modules.fresh("bin");
  mkdirSync(folder);
  const file = join(folder, "opm");
  writeFileSync(file, `#!/bin/sh\nexec ${opmCommand().join(" ")} "$@"\n`);
  chmodSync(file, 0o755);
  return `${folder}:/usr/bin:/bin`;
}

test("the story of the guide, as it is written", async () => {
  const work = modules.fresh("work");
  mkdirSync(work);
  const environment = { PATH: programs() };
  const host = new URL(registry.server().url).host;
  const place = (path: string) => (path.startsWith("~/") ? join(modules.environment.HOME ?? "", path.slice(2)) : join(work, path));
  const steps = guideSteps(guide.replaceAll(GUIDE_HOST, host), STORY);
  expect(steps.length).toBeGreaterThan(15);
  for (const step of steps) {
    if (step.kind === "file") {
      mkdirSync(dirname(place(step.path)), { recursive: true });
      writeFileSync(place(step.path), step.text);
      continue;
    }
    let last = { code: -1, stdout: "", stderr: "" };
    for (const [index, command] of step.commands.entries()) {
      last = await modules.run(["/bin/sh", "-c", command], { directory: work, environment });
      const isLast = index === step.commands.length - 1;
      expect([command, last]).toEqual([command, expect.objectContaining({ code: isLast ? step.code : 0 })]);
    }
    if (step.output.length > 0) {
      const isShown = [last.stdout, last.stderr].some((text) => matchesOutput(text, step.output));
      expect([step.commands, isShown ? [] : last]).toEqual([step.commands, []]);
    }
  }
  const judged = { environment: { CUE_REGISTRY: `${host}+insecure` } };
  for (const name of ["postgres", "database", "orders"]) {
    await modules.judge(["vet", "./..."], { ...judged, directory: join(work, name) });
    await modules.judge(["mod", "tidy", "--check"], { ...judged, directory: join(work, name) });
  }
});

test("what the guide says of a module's file", async () => {
  const [step] = guideSteps(guide, "## A module, and its file");
  const commands = step?.kind === "run" ? step.commands : [];
  expect(commands.length).toBeGreaterThan(2);
  const work = modules.fresh("edit");
  mkdirSync(work);
  for (const command of commands) {
    const ran = await modules.run(["/bin/sh", "-c", command], { directory: work, environment: { PATH: programs() } });
    expect([command, ran]).toEqual([command, expect.objectContaining({ code: 0 })]);
  }
});

test("an output of the guide is held against what is printed", () => {
  expect(matchesOutput("a\nbc\nd\n", ["…", "b…", "d"])).toBe(true);
  expect(matchesOutput("a\nbc\nd\n", ["b…", "e"])).toBe(false);
  expect(matchesOutput("a\nd\n", ["a", "c", "…"])).toBe(false);
});
