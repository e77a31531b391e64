// `npm run release`: for each platform its CUE helper and, where Bun can be had for it, the executable that carries it.
import { copyFile, mkdir, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { buildExecutable } from "./lib/build-executable.ts";
import { buildHelper, GO_ADVICE, type HelperTarget } from "./lib/build-helper.ts";
import { ROOT } from "./lib/root.ts";

interface Platform extends HelperTarget {
  /** As Bun calls it. */
  readonly bun: string;
}

const PLATFORMS: readonly Platform[] = [
  { os: "linux", arch: "amd64", bun: "bun-linux-x64" },
  { os: "linux", arch: "arm64", bun: "bun-linux-arm64" },
  { os: "darwin", arch: "amd64", bun: "bun-darwin-x64" },
  { os: "darwin", arch: "arm64", bun: "bun-darwin-arm64" },
  { os: "windows", arch: "amd64", bun: "bun-windows-x64" },
  { os: "windows", arch: "arm64", bun: "bun-windows-arm64" },
];

const filters = process.argv.slice(2);
const chosen = PLATFORMS.filter(({ os, arch }) => filters.length === 0 || filters.includes(`${os}-${arch}`));
if (chosen.length === 0) throw new Error(`no platform is ${filters.join(" or ")}: there are ${PLATFORMS.map(({ os, arch }) => `${os}-${arch}`).join(", ")}`);
const missing: string[] = [];
for (const platform of chosen) missing.push(...(await release(platform)));
for (const line of missing) console.log(`missing: ${line}`);
process.exitCode = missing.length === 0 ? 0 : 1;

/** Gives what could not be built, and why. */
async function release({ os, arch, bun }: Platform): Promise<string[]> {
  const folder = join(ROOT, "dist", `${os}-${arch}`);
  const suffix = os === "windows" ? ".exe" : "";
  // what is there from before must not pass for what cannot be built
  await rm(folder, { recursive: true, force: true });
  const build = await buildHelper({ os, arch });
  if (build.path === undefined) return [`everything for ${os}-${arch}: ${build.problem}: ${GO_ADVICE}`];
  await mkdir(folder, { recursive: true });
  const helper = join(folder, `opm-cue${suffix}`);
  await copyFile(build.path, helper);
  console.log(relative(ROOT, helper));
  const outfile = join(folder, `opm${suffix}`);
  try {
    await buildExecutable({ outfile, target: bun, helper });
  } catch (error) {
    await rm(outfile, { force: true });
    return [`dist/${os}-${arch}/opm${suffix}: ${error instanceof Error ? error.message : String(error)}; is there a Bun ${Bun.version} for ${bun}?`];
  }
  console.log(relative(ROOT, outfile));
  return [];
}
