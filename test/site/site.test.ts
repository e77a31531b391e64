import { afterAll, beforeAll, describe, expect, setDefaultTimeout } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runOpm } from "../cli/run-opm.ts";
import { packageChart } from "../clients/charts.ts";
import { publishLibrary, writeUser } from "../clients/cue-modules.ts";
import { writeLayout } from "../clients/images.ts";
import { useSandbox } from "../clients/sandbox.ts";
import { type StartedNginx, startNginx } from "../support/nginx.ts";
import { findTool, testWith } from "../support/tools.ts";
import { useRegistry } from "../support/use-registry.ts";

setDefaultTimeout(120_000);

const [crane, helm, cue, nginx] = await Promise.all([findTool("crane"), findTool("helm"), findTool("cue"), findTool("nginx")]);
const test = testWith(crane, helm, cue, nginx);
const registry = useRegistry();
let cueRegistry = "";
const sandbox = useSandbox(() => ({ CUE_REGISTRY: cueRegistry }));
const folder = sandbox.fresh();
const host = () => `127.0.0.1:${registry.server().port}`;
const TYPE = ["-t", "application/vnd.acme.note.v1"];
let site: StartedNginx | undefined;
let images = { index: "", amd64: "" };

const served = () => site?.host ?? fail("the site is not served");
const opm = async (...args: string[]) => {
  const ran = await runOpm(args);
  expect([args, ran]).toEqual([args, expect.objectContaining({ code: 0 })]);
  return ran;
};
const build = (...more: string[]) => opm("site", "build", host(), "--to", folder, "--no-cache", "--json", ...more).then(({ stdout }) => JSON.parse(stdout));
const files = () => readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
const contents = () =>
  files()
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => [path, Bun.hash(readFileSync(join(folder, path)))]);

function fail(message: string): never {
  throw new Error(message);
}

async function fill(): Promise<void> {
  const layout = await writeLayout(sandbox.fresh(), "index");
  images = { index: layout.index.digest, amd64: layout.images.amd64.digest };
  await sandbox.succeed(crane, ["push", layout.folder, `${host()}/team/app:v1`, "--index"]);
  await sandbox.succeed(helm, ["push", await packageChart(helm, sandbox, { name: "demo", version: "1.2.3" }), `oci://${host()}/charts`, "--plain-http"]);
  cueRegistry = `${host()}+insecure`;
  expect(await publishLibrary(cue, sandbox, "test.example/lib@v0", "v0.1.0", 1)).toMatchObject({ code: 0 });
  const note = sandbox.fresh();
  writeFileSync(note, "a note");
  for (const version of ["1.0.0", "1.1.0"]) await opm("push", ...TYPE, `${host()}/team/notes:${version}`, note);
  await opm("attach", "-t", "application/spdx+json", `${host()}/team/notes:1.1.0`, note);
}

beforeAll(async () => {
  if ([crane, helm, cue, nginx].some(({ path }) => path === undefined)) return;
  await fill();
  await build();
  const config = (name: string) => `include ${join(folder, "opm-site", name)};`;
  site = await startNginx({ http: config("nginx-maps.conf"), server: `root ${folder};\n${config("nginx-locations.conf")}` });
}, 300_000);

afterAll(async () => {
  await site?.stop();
}, 60_000);

describe("a site behind nginx", () => {
  test("is served as clients need it", async () => {
    const { stdout } = await opm("site", "check", folder, served());
    expect(stdout).toContain("are as they should be");
    const base = await fetch(`http://${served()}/v2/`);
    expect([base.status, base.headers.get("Docker-Distribution-Api-Version"), await base.json()]).toEqual([200, "registry/2.0", {}]);
    const absent = await fetch(`http://${served()}/v2/team/app/manifests/v9`);
    expect([absent.status, absent.headers.get("Content-Type"), await absent.json()]).toEqual([
      404,
      "application/json",
      { errors: [expect.objectContaining({ code: "UNKNOWN" })] },
    ]);
  });

  test("is pulled from by crane, by tag, digest and platform", async () => {
    expect(await sandbox.succeed(crane, ["digest", `${served()}/team/app:v1`])).toBe(images.index);
    expect(await sandbox.succeed(crane, ["digest", "--platform", "linux/amd64", `${served()}/team/app:v1`])).toBe(images.amd64);
    expect(await sandbox.succeed(crane, ["validate", "--remote", `${served()}/team/app:v1`])).toStartWith("PASS");
    expect(await sandbox.succeed(crane, ["validate", "--remote", `${served()}/team/app@${images.amd64}`])).toStartWith("PASS");
    expect((await sandbox.succeed(crane, ["catalog", served()])).split("\n")).toEqual(["charts/demo", "team/app", "team/notes", "test.example/lib"]);
    expect(await sandbox.succeed(crane, ["ls", `${served()}/team/notes`])).toBe("1.0.0\n1.1.0");
  });

  test("is pulled from by helm", async () => {
    const target = sandbox.fresh();
    mkdirSync(target);
    await sandbox.succeed(helm, ["pull", `oci://${served()}/charts/demo`, "--version", "^1.0.0", "--plain-http", "-d", target]);
    expect(readdirSync(target)).toEqual(["demo-1.2.3.tgz"]);
  });

  test("is where cue finds modules", async () => {
    cueRegistry = `${served()}+insecure`;
    const directory = await writeUser(cue, sandbox, "test.example/lib@v0", 3);
    await sandbox.succeed(cue, ["mod", "tidy"], { directory });
    expect(JSON.parse(await sandbox.succeed(cue, ["export"], { directory }))).toEqual({ x: 3 });
  });

  test("is pulled from by opm, with versions, ranges and referrers", async () => {
    const target = sandbox.fresh();
    await opm("pull", `${served()}/team/notes:1.1.0`, "-o", target, "--no-cache");
    expect(readdirSync(target)).toHaveLength(1);
    expect((await opm("versions", `${served()}/team/notes`)).stdout).toMatch(/1\.1\.0[\s\S]*1\.0\.0/);
    expect((await opm("resolve", `${served()}/team/notes@^1.0`)).stdout).toContain(":1.1.0@");
    expect((await opm("referrers", `${served()}/team/notes:1.1.0`)).stdout).toContain("application/spdx+json");
    expect((await opm("list", served())).stdout.split("\n").filter(Boolean)).toEqual(["charts/demo", "team/app", "team/notes", "test.example/lib"]);
    await opm("copy", "-r", `${served()}/team/app:v1`, `oci:${sandbox.fresh()}`);
  });

  test("has the documents of the package API, and a page", async () => {
    const versions = await (await fetch(`http://${served()}/v2/team/notes/_opm/tags/versions`)).json();
    expect(versions).toMatchObject({ name: "team/notes", versions: [{ tag: "1.1.0", pulls: 0 }, { tag: "1.0.0" }] });
    const packages = await (await fetch(`http://${served()}/v2/_opm/catalog/repositories`)).json();
    expect(packages).toMatchObject({ repositories: [{ name: "charts/demo", pulls: 0 }, {}, {}, {}] });
    const page = await (await fetch(`http://${served()}/`)).text();
    expect(page).toContain("charts/demo:1.2.3");
  });

  test("refuses pushes", async () => {
    const put = await fetch(`http://${served()}/v2/team/app/manifests/v1`, { method: "PUT", body: "{}" });
    expect(put.status).toBe(405);
  });
});

describe("opm site build", () => {
  test("writes nothing where nothing changed, and the same bytes into another folder", async () => {
    expect(await build()).toMatchObject({ written: 0, removed: 0, repositories: 4, tags: 5, transfer: { transferredBytes: 0 } });
    const other = sandbox.fresh();
    await opm("site", "build", host(), "--to", other, "--no-cache");
    const of = (root: string) =>
      readdirSync(root, { recursive: true, encoding: "utf8" })
        .filter((path) => statSync(join(root, path)).isFile())
        .sort()
        .map((path) => [path, readFileSync(join(root, path), "base64")]);
    expect(of(other)).toEqual(of(folder));
  });

  test("brings what is new, and removes what is gone", async () => {
    const note = sandbox.fresh();
    writeFileSync(note, "another note");
    await opm("push", ...TYPE, `${host()}/later/notes:2.0.0`, note);
    expect(await build()).toMatchObject({ repositories: 5, removed: 0 });
    expect(files()).toContain("v2/later/notes/tags/list");
    await opm("repository", "delete", "-y", `${host()}/later/notes`);
    const gone = await build();
    expect([gone.repositories, gone.removed > 4]).toEqual([4, true]);
    expect(files().filter((path) => path.includes("later"))).toEqual([]);
    await opm("site", "check", folder);
  });

  test("takes a part of the registry", async () => {
    const other = sandbox.fresh();
    const { stdout } = await opm("site", "build", host(), "--to", other, "--json", "--repositories", "charts/**", "team/notes");
    expect(JSON.parse(stdout)).toMatchObject({ repositories: 2, tags: 3 });
    const none = await runOpm(["site", "build", host(), "--to", other, "--repositories", "absent/**"]);
    expect([none.code, none.stderr]).toEqual([5, expect.stringContaining("absent/**")]);
    const noGlob = await runOpm(["site", "build", host(), "--to", other, "--repositories", "UPPER"]);
    expect(noGlob.code).toBe(2);
  });

  test("shares blobs of several repositories", async () => {
    await opm("copy", `${host()}/team/app:v1`, `${host()}/mirror/app:v1`);
    await build();
    const blobs = (name: string) => readdirSync(join(folder, "v2", name, "blobs")).filter((file) => file.startsWith("sha256:"));
    const [blob = ""] = blobs("team/app");
    expect(blobs("mirror/app")).toEqual(blobs("team/app"));
    expect(statSync(join(folder, "v2/team/app/blobs", blob)).nlink).toBe(2);
  });

  test("leaves a folder alone that has other content", async () => {
    const other = sandbox.fresh();
    mkdirSync(other);
    writeFileSync(join(other, "letter.txt"), "dear");
    const refused = await runOpm(["site", "build", host(), "--to", other]);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("has other content and is no site")]);
    expect(readdirSync(other)).toEqual(["letter.txt"]);
  });

  test("refuses two repositories whose files would be in each other's way", async () => {
    const note = sandbox.fresh();
    writeFileSync(note, "x");
    await opm("push", ...TYPE, `${host()}/clash/a:1.0.0`, note);
    await opm("push", ...TYPE, `${host()}/clash/a/tags/list:1.0.0`, note);
    const refused = await runOpm(["site", "build", host(), "--to", sandbox.fresh(), "--repositories", "clash/**"]);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("/v2/clash/a/tags/list would be a file and a folder")]);
    await opm("repository", "delete", "-y", `${host()}/clash/a/tags/list`);
    await opm("repository", "delete", "-y", `${host()}/clash/a`);
  });
});

describe("opm site check", () => {
  test("finds what is missing, damaged, and not of the site", async () => {
    await build();
    const before = contents();
    const manifest = join(folder, "v2/team/app/manifests/v1");
    const [blob = ""] = readdirSync(join(folder, "v2/charts/demo/blobs")).filter((file) => file.startsWith("sha256:"));
    const path = join(folder, "v2/charts/demo/blobs", blob);
    const bytes = readFileSync(path);
    rmSync(manifest);
    writeFileSync(
      path,
      bytes.map((byte) => byte ^ 1),
    );
    writeFileSync(join(folder, "v2/team/app/manifests/own"), "{}");
    const { code, stdout, stderr } = await runOpm(["site", "check", folder]);
    expect([code, stdout.trim().split("\n").sort(), stderr]).toEqual([
      6,
      [
        `v2/charts/demo/blobs/${blob} was damaged or changed: its bytes are others`,
        "v2/team/app/manifests/own does not belong to the site",
        "v2/team/app/manifests/v1 is missing",
      ],
      expect.stringContaining("3 problems"),
    ]);
    const missing = await runOpm(["site", "check", folder, served()]);
    expect([missing.code, missing.stdout]).toEqual([6, expect.stringContaining("v2/team/app/manifests/v1 is answered with status 404")]);
    expect(await build()).toMatchObject({ written: 2, removed: 1 });
    expect(contents()).toEqual(before);
  });

  test("says which header a host does not send", async () => {
    const plain = await startNginx({ http: "types { }", server: `root ${folder};` });
    try {
      const { code, stdout } = await runOpm(["site", "check", folder, plain.host]);
      expect([code, stdout]).toEqual([
        6,
        expect.stringContaining("v2/team/app/manifests/v1 has Content-Type text/plain, not application/vnd.oci.image.index.v1+json"),
      ]);
      expect(stdout).toContain("v2/team/app/manifests/v1 has no Docker-Content-Digest");
    } finally {
      await plain.stop();
    }
  });

  test("knows what is no site, and one that was never done", async () => {
    const other = sandbox.fresh();
    expect((await runOpm(["site", "check", other])).code).toBe(5);
    mkdirSync(join(other, "opm-site"), { recursive: true });
    writeFileSync(join(other, "opm-site/files.json"), '{"format":"opm-site/1","files":[]}');
    expect(await runOpm(["site", "check", other])).toMatchObject({ code: 2, stderr: expect.stringContaining("never built to the end") });
    writeFileSync(join(other, "opm-site/files.json"), '{"format":"opm-site/2"}');
    expect((await runOpm(["site", "check", other])).code).toBe(2);
  });
});
