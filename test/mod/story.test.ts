import { beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { opmCommand } from "../cli/run-opm.ts";
import { useRegistry } from "../support/use-registry.ts";
import { useModules } from "./publish/use-modules.ts";
import { guideSteps, indentedCommands, matchesOutput } from "./support/guide-steps.ts";

setDefaultTimeout(120_000);

const STORY = "## From a provider to an application";
/** The registry of the guide. */
const GUIDE_HOST = "localhost:5000";

const ROOT = join(import.meta.dir, "..", "..");
const registry = useRegistry();
const modules = useModules();
let guide = "";
let readme = "";
beforeAll(async () => {
  [guide, readme] = await Promise.all([Bun.file(join(ROOT, "docs/guide/modules.md")).text(), Bun.file(join(ROOT, "README.md")).text()]);
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

test("what the README says of modules is in the story", () => {
  const story = guideSteps(guide, STORY).flatMap((step) => (step.kind === "run" ? step.commands : []));
  const commands = indentedCommands(readme, "## Modules").map((command) => command.replace(/ {2,}#.*$| \| .*$/, ""));
  expect(commands.length).toBeGreaterThan(4);
  expect(commands.filter((command) => !story.includes(command))).toEqual([]);
});

test("an output of the guide is held against what is printed", () => {
  expect(matchesOutput("a\nbc\nd\n", ["…", "b…", "d"])).toBe(true);
  expect(matchesOutput("a\nbc\nd\n", ["b…", "e"])).toBe(false);
  expect(matchesOutput("a\nd\n", ["a", "c", "…"])).toBe(false);
});
