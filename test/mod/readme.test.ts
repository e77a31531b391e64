import { expect, setDefaultTimeout } from "bun:test";
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { opmCommand } from "../cli/run-opm.ts";
import { findDebianTool, findTool, testWith } from "../support/tools.ts";
import { useRegistry } from "../support/use-registry.ts";
import { useModules } from "./publish/use-modules.ts";
import { type GuideStep, guideSteps, matchesOutput } from "./support/guide-steps.ts";

setDefaultTimeout(120_000);

/** The registry of the README. */
const README_HOST = "127.0.0.1:5000";
/** What stands in for an image of Docker Hub. */
const IMAGE = "hello/alpine";

const ROOT = join(import.meta.dir, "..", "..");
const [crane, openssl] = await Promise.all([findTool("crane"), findDebianTool("openssl")]);
const registry = useRegistry();
const modules = useModules();

/** A folder with what the README uses, without `cue` and Go. */
function programs(): string {
  const folder = modules.fresh("bin");
  mkdirSync(folder);
  const file = join(folder, "opm");
  writeFileSync(file, `#!/bin/sh\nexec ${opmCommand().join(" ")} "$@"\n`);
  chmodSync(file, 0o755);
  return `${folder}:${dirname(openssl.path ?? "/usr/bin/openssl")}:/usr/bin:/bin`;
}

/** The section as one shell runs it: what a command exports is there for those after it. */
function scriptOf(steps: readonly GuideStep[]): string {
  return steps
    .map((step) =>
      step.kind === "file" ? `mkdir -p '${dirname(step.path)}'\ncat > '${step.path}' <<'END-OF-FILE'\n${step.text}END-OF-FILE` : step.commands.join("\n"),
    )
    .join("\n");
}

/** Runs a section of the README in a folder, as it is written but for the names of hosts, and holds its outputs against what is printed. */
async function follow(heading: string, directory: string): Promise<void> {
  const host = new URL(registry.server().url).host;
  const readme = (await Bun.file(join(ROOT, "README.md")).text())
    .replaceAll("docker.io/library/alpine", `${host}/${IMAGE}`)
    .replaceAll(README_HOST, host)
    .replaceAll("/tmp/", `${modules.fresh("tmp")}/`);
  const steps = guideSteps(readme, heading);
  expect(steps.length).toBeGreaterThan(1);
  const ran = await modules.run(["/bin/sh", "-e", "-c", scriptOf(steps)], { directory, environment: { PATH: programs() } });
  expect(ran).toMatchObject({ code: 0 });
  for (const step of steps) {
    const output = step.kind === "run" ? step.output : [];
    expect([output, [ran.stdout, ran.stderr].some((text) => matchesOutput(text, output)) ? "" : ran]).toEqual([output, ""]);
  }
}

testWith(crane)("what the README asks and moves", async () => {
  const host = new URL(registry.server().url).host;
  const clone = modules.fresh("clone");
  mkdirSync(clone);
  for (const name of ["README.md", "LICENSE"]) copyFileSync(join(ROOT, name), join(clone, name));
  const platform = ["--platform", "linux/arm64"];
  const push = ["--oci-empty-base", "--new_tag", `${host}/${IMAGE}:3`];
  for (const command of [
    ["tar", "-cf", "layer.tar", "LICENSE"],
    [crane.path ?? "", "append", "--new_layer", "layer.tar", ...push],
    [crane.path ?? "", "mutate", "--set-platform", "linux/arm64", `${host}/${IMAGE}:3`, "--tag", `${host}/${IMAGE}:3.20.1`],
    [...opmCommand(), "resolve", `${host}/${IMAGE}@~3.20`, ...platform],
  ]) {
    expect(await modules.run(command, { directory: clone })).toMatchObject({ code: 0 });
  }
  await follow("## Ask", clone);
});

testWith()("the modules of the README, from an empty folder", async () => {
  const folder = modules.fresh("modules");
  mkdirSync(folder);
  await follow("## Modules", folder);
});

/** The modules that a page has somebody publish. */
function publishedIn(page: string): string[] {
  const folders = new Set([...page.matchAll(/^opm mod publish -C (\S+)/gm)].map(([, folder]) => folder));
  return [...page.matchAll(/^opm mod init -C (\S+) (\S+)$/gm)].flatMap(([, folder, module = ""]) => (folders.has(folder) ? [module] : []));
}

testWith()("who goes on with the guide, in the same registry, publishes other modules", async () => {
  const [readme, guide] = await Promise.all(["README.md", "docs/guide/modules.md"].map((page) => Bun.file(join(ROOT, page)).text()));
  const published = publishedIn(guide ?? "");
  expect(published.length).toBeGreaterThan(1);
  expect(publishedIn(readme ?? "").map((module) => [module, published.includes(module)])).toEqual([["hello.example/postgres@v1", false]]);
});

testWith(openssl)("the component of the README, from an empty folder", async () => {
  const folder = modules.fresh("components");
  mkdirSync(folder);
  await follow("## Components", folder);
});
