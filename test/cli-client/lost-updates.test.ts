import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { REGISTRIES, useRegistries } from "../component/repository/use-registries.ts";
import { OWN_PREFIX } from "../support/distribution.ts";
import { useClient } from "./client-tests.ts";

const opm = useClient();
const hostOf = useRegistries();

const TYPE = "application/vnd.example.thing.v1+json";
const PLATFORMS = ["linux/amd64", "linux/arm/v7", "linux/arm64", "windows/amd64"];

/** Rounds for each registry; a round takes some seconds where the registry knows no conditions. */
const ROUNDS = 2;

function fileOf(name: string): string {
  const folder = opm.fresh();
  mkdirSync(folder);
  writeFileSync(join(folder, name), name);
  return join(folder, name);
}

/** As of several machines: none sees the locks of another. */
function alone(): Readonly<Record<string, string>> {
  const folder = opm.fresh();
  mkdirSync(folder, { mode: 0o700 });
  return { TMPDIR: folder, XDG_RUNTIME_DIR: folder };
}

async function atOnce(commands: readonly (readonly string[])[], environmentOf: () => Readonly<Record<string, string>> = () => ({})): Promise<void> {
  const ran = await Promise.all(commands.map((args) => opm.run(args, { environment: environmentOf() })));
  expect(ran.map(({ code, stderr }) => ({ code, stderr }))).toEqual(commands.map(() => ({ code: 0, stderr: "" })));
}

const manifestAt = async (host: string, path: string): Promise<Record<string, unknown>> =>
  (await (await fetch(`http://${host}/v2/${path}`, { headers: { Accept: "application/vnd.oci.image.index.v1+json" } })).json()) as Record<string, unknown>;

function platformsIn(index: Record<string, unknown>): string[] {
  const { manifests = [] } = index as { manifests?: { platform: { os: string; architecture: string; variant?: string } }[] };
  return manifests.map(({ platform: { os, architecture, variant } }) => [os, architecture, variant].filter(Boolean).join("/"));
}

for (const name of REGISTRIES) {
  test(`${name}: the platforms of a build that are pushed at once are all in the index, under every tag`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const files = PLATFORMS.map((platform) => fileOf(platform.replaceAll("/", "-")));
      const reference = `${hostOf(name)}/${OWN_PREFIX}/mat/x${round}:1.0.0`;
      const pushes = PLATFORMS.map((platform, at) => ["push", "-q", "-t", TYPE, "-p", platform, "--tag", "latest", reference, files[at] ?? ""]);
      await atOnce(pushes, round === 0 ? undefined : alone);
      for (const tag of ["1.0.0", "latest"])
        expect(platformsIn(await manifestAt(hostOf(name), `${OWN_PREFIX}/mat/x${round}/manifests/${tag}`))).toEqual(PLATFORMS);
    }
  }, 120_000);

  test(`${name}: what is attached at once is all listed`, async () => {
    const reference = `${hostOf(name)}/${OWN_PREFIX}/att/app:1`;
    await opm.succeed("push", "-q", "-t", TYPE, reference, fileOf("app"));
    const files = Array.from({ length: 6 }, (_, at) => fileOf(`report-${at}`));
    await atOnce(
      files.map((file) => ["attach", "-q", "-t", TYPE, reference, file]),
      alone,
    );
    expect((await opm.json("referrers", reference)).referrers).toHaveLength(files.length);
  }, 120_000);
}

test("what is copied into one folder at once keeps all its tags", async () => {
  const repository = `${hostOf("opm serve")}/lay/app`;
  const tags = Array.from({ length: 8 }, (_, at) => `v${at}`);
  for (const tag of tags) await opm.succeed("push", "-q", "-t", TYPE, `${repository}:${tag}`, fileOf(tag));
  const folder = opm.fresh();
  await atOnce(tags.map((tag) => ["copy", "-q", `${repository}:${tag}`, `oci:${folder}:${tag}`]));
  const index = JSON.parse(await Bun.file(join(folder, "index.json")).text()) as { manifests: { annotations: Record<string, string> }[] };
  expect(index.manifests.map(({ annotations }) => annotations["org.opencontainers.image.ref.name"]).sort()).toEqual(tags);
  expect(readdirSync(folder).sort()).toEqual(["blobs", "index.json", "oci-layout"]);
}, 60_000);
