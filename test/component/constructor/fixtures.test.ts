import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { findTool, testWith } from "../../support/tools.ts";
import { type ReadVersion, readArchive, type Tree } from "../support/archive-reader.ts";
import { type ComponentSandbox, componentSandbox, FIXTURES } from "../support/component-sandbox.ts";
import { differences } from "../support/differences.ts";
import { readTar } from "../support/tar.ts";

setDefaultTimeout(60_000);

const helm = await findTool("helm");
let sandbox: ComponentSandbox;
beforeAll(() => {
  sandbox = componentSandbox({ inputs: true });
});
afterAll(() => sandbox.remove());

const ECHO = "acme.org/demo/echo:1.0.0";
const APP = "acme.org/demo/app:2.0.0";

/** What was there, and what comes of building it again; signatures are made later. */
async function rebuild(fixture: string, target: string, args: readonly string[]) {
  const { code, stderr } = await sandbox.run(["add", "--to", target, ...args]);
  // beside what images do not survive in other tools
  expect(stderr.replaceAll(/.*stored as an image.*/g, "")).not.toContain("warning");
  expect(code).toBe(0);
  const [theirs, ours] = [readArchive(join(FIXTURES, fixture)), readArchive(sandbox.file(target))];
  expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort());
  const compare = (label: string) => differences(unsigned(theirs.get(label)), unsigned(ours.get(label)));
  return { theirs, ours, compare };
}

function unsigned(version: ReadVersion | undefined): Tree {
  const { signatures: _, ...rest } = version?.descriptor ?? {};
  return rest;
}

interface Lists {
  readonly resources?: readonly { readonly name: string; readonly access: Tree }[];
  readonly componentReferences?: readonly { readonly digest: Tree }[];
}

function componentOf(version: ReadVersion | undefined): Lists {
  return (version?.descriptor.component ?? {}) as Lists;
}

function referenceDigest(version: ReadVersion | undefined): string {
  return String(componentOf(version).componentReferences?.[0]?.digest.value);
}

function resource(version: ReadVersion | undefined, name: string): { readonly access: Tree; readonly content: Buffer } {
  const access = componentOf(version).resources?.find((each) => each.name === name)?.access ?? {};
  return { access, content: version?.blob(String(access.localReference)) ?? Buffer.alloc(0) };
}

/** Names and contents of a compressed archive, without folders. */
function filesIn(content: Buffer): Readonly<Record<string, string>> {
  const files = readTar(gunzipSync(content)).filter(({ type }) => type === "0");
  return Object.fromEntries(files.map(({ name, content }) => [name, content.toString("utf8")]).sort());
}

test.each(["new", "new.tar", "new.tgz"])("the constructor of the newer command line, built again into %s", async (target) => {
  const { theirs, ours, compare } = await rebuild("newer-cli-signed", target, ["cc-new1.yaml"]);
  const upper = ["chart", "hello", "image", "image-set", "inline", "tree"].map((name) => `component.resources[${name}].access.type: LocalBlob/v1 | localBlob`);
  expect(compare(ECHO)).toEqual(
    [
      ...upper,
      "component.componentReferences: null | []",
      "component.repositoryContexts: null | []",
      "component.resources[chart].access.localReference: sha256:4e754e6b | sha256:e9652e1b",
      "component.resources[chart].access.mediaType: application/vnd.oci.image.manifest.v1+json | application/vnd.cncf.helm.chart.content.v1.tar+gzip",
      "component.resources[chart].access.referenceName: - | acme.org/demo/echo/echo:0.1.0",
      "component.resources[chart].digest.value: 4e754e6b | e9652e1b",
      "component.resources[image-set].access.localReference: sha256:2b50cae6 | sha256:69b3c55a",
      "component.resources[image-set].access.mediaType: application/vnd.oci.image.manifest.v1+tar+gzip | application/vnd.oci.image.manifest.v1+json",
      "component.resources[image-set].digest.normalisationAlgorithm: genericBlobDigest/v1 | ociArtifactDigest/v1",
      "component.resources[image-set].digest.value: 2b50cae6 | 69b3c55a",
      "component.resources[image].digest.normalisationAlgorithm: genericBlobDigest/v1 | ociArtifactDigest/v1",
      "component.resources[tree].access.localReference: sha256:e01a8723 | sha256:381890b8",
      "component.resources[tree].digest.value: e01a8723 | 381890b8",
      "component.sources[src].access.type: LocalBlob/v1 | localBlob",
    ].sort(),
  );
  expect(compare(APP)).toEqual([
    "component.componentReferences[echo].digest.normalisationAlgorithm: jsonNormalisation/v4alpha1 | jsonNormalisation/v3",
    expect.stringContaining("component.componentReferences[echo].digest.value: 6ba68bc4 | "),
    "component.repositoryContexts: null | []",
    "component.resources[cfg].access.type: LocalBlob/v1 | localBlob",
    "component.sources: null | []",
  ]);
  expect(filesIn(resource(ours.get(ECHO), "tree").content)).toEqual(filesIn(resource(theirs.get(ECHO), "tree").content));
  const [echo, app] = [ours.get(ECHO), ours.get(APP)];
  expect([echo?.layout, app?.layout]).toEqual(["B", "A"]);
  expect(echo?.artifacts).toHaveLength(1);
  expect(echo?.artifacts[0]?.platform).toEqual({ architecture: "amd64", os: "linux" });
  expect(echo?.annotations["software.ocm.componentversion"]).toBe(ECHO);
});

test("with --oci-digest generic images have the digest that the newer command line writes", async () => {
  const { compare } = await rebuild("newer-cli-signed", "generic", ["cc-new1.yaml", "--oci-digest", "generic"]);
  expect(compare(ECHO).filter((line) => line.includes("normalisationAlgorithm"))).toEqual([]);
});

test("the constructor of the older command line, built again", async () => {
  const { theirs, ours, compare } = await rebuild("older-cli-signed", "old.tgz", ["cc-old.yaml", "VERSION=1.0.0"]);
  expect(compare(ECHO)).toEqual([
    "component.creationTime: 2026-11-21T08:07:56Z | -",
    "component.resources[chart].access.localReference: sha256:685c52d3 | sha256:e9652e1b",
    "component.resources[chart].access.mediaType: application/vnd.oci.image.manifest.v1+tar+gzip | application/vnd.cncf.helm.chart.content.v1.tar+gzip",
    "component.resources[chart].digest.normalisationAlgorithm: ociArtifactDigest/v1 | genericBlobDigest/v1",
    "component.resources[chart].digest.value: 9c6b9fbe | e9652e1b",
    "component.resources[image].access.localReference: sha256:2b50cae6 | sha256:69b3c55a",
    "component.resources[image].access.mediaType: application/vnd.oci.image.manifest.v1+tar+gzip | application/vnd.oci.image.manifest.v1+json",
    "component.resources[inline].access.mediaType: application/octet-stream | application/json",
    "component.resources[tree].access.localReference: sha256:aec56c17 | sha256:381890b8",
    "component.resources[tree].access.mediaType: application/x-tgz | application/x-tar+gzip",
    "component.resources[tree].digest.value: aec56c17 | 381890b8",
    "component.sources[src].access.mediaType: application/octet-stream | text/plain",
  ]);
  expect(compare(APP)).toEqual([
    expect.stringContaining("component.componentReferences[echo].digest.value: 9887a75f | "),
    "component.creationTime: 2026-11-21T08:07:56Z | -",
    "component.resources[cfg].access.mediaType: application/octet-stream | text/plain",
  ]);
  expect(filesIn(resource(ours.get(ECHO), "tree").content)).toEqual(filesIn(resource(theirs.get(ECHO), "tree").content));
});

test("with the time of creation and the contents of the older command line its digests are made again", async () => {
  const [echo, app] = ["echo", "app"].map((name) => readFileSync(join(FIXTURES, "vectors", `old-${name}.v3.norm.json`), "utf8"));
  const theirs = readArchive(join(FIXTURES, "older-cli-signed"));
  for (const name of ["hello", "inline", "tree"]) sandbox.write(`${name}.bin`, resource(theirs.get(ECHO), name).content);
  // the chart of theirs is an artifact set, which is stored natively and keeps its digest
  sandbox.write("chart.set", resource(theirs.get(ECHO), "chart").content);
  const text = readFileSync(sandbox.file("cc-old.yaml"), "utf8")
    .replaceAll("  provider:\n", '  creationTime: "2026-11-21T08:07:56Z"\n  provider:\n')
    .replace(/type: dir\n {6}path: .\/chart\n {6}compress: true/, "type: file\n      path: tree.bin\n      mediaType: application/x-tgz")
    .replace(/type: helm\n {6}path: .\/chart/, "type: file\n      path: chart.set\n      mediaType: application/vnd.oci.image.manifest.v1+tar+gzip");
  sandbox.write("again.yaml", text);
  const { ours } = await rebuild("older-cli-signed", "again", ["again.yaml", "VERSION=1.0.0"]);
  const digest = referenceDigest(ours.get(APP));
  expect(digest).toBe(
    createHash("sha256")
      .update(echo?.trimEnd() ?? "")
      .digest("hex"),
  );
  expect(app).toContain(`"value":"${digest}"`);
});

test("a chart is packaged as Helm does it, and equal charts are equal files", async () => {
  await sandbox.run(["add", "--to", "chart-ctf", "cc-new1.yaml"]);
  const { access, content } = resource(readArchive(sandbox.file("chart-ctf")).get(ECHO), "chart");
  expect(Object.keys(filesIn(content))).toEqual(["echo/Chart.yaml", "echo/templates/cm.yaml", "echo/values.yaml"]);
  expect(readTar(gunzipSync(content))[0]?.name).toBe("echo/Chart.yaml");
  expect(access.mediaType).toBe("application/vnd.cncf.helm.chart.content.v1.tar+gzip");
});

testWith(helm)("Helm takes a chart that was packaged", async () => {
  await sandbox.run(["add", "--to", "./helm-ctf", "cc-new1.yaml"]);
  await sandbox.run(["download", "./helm-ctf//acme.org/demo/echo", "chart", "-O", "echo.tgz"]);
  const child = Bun.spawn([helm.path ?? "helm", "template", "demo", "echo.tgz"], {
    cwd: sandbox.path,
    env: { PATH: process.env.PATH ?? "", HOME: sandbox.path },
    stdout: "pipe",
    timeout: 30_000,
  });
  expect(await child.stdout.text()).toContain("name: demo-echo");
});
