import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { componentAddOutput } from "../../../src/cli/commands/component/add.output.ts";
import { writeLayout } from "../../clients/images.ts";
import { readArchive } from "../support/archive-reader.ts";
import { type ComponentSandbox, componentSandbox } from "../support/component-sandbox.ts";

setDefaultTimeout(60_000);

let sandbox: ComponentSandbox;
beforeEach(() => {
  sandbox = componentSandbox();
});
afterEach(() => sandbox.remove());

interface Fields {
  readonly name?: string;
  readonly version?: string;
  readonly rest?: string;
}

function component({ name = "acme.org/app", version = "1.0.0", rest = "" }: Fields = {}): string {
  return `name: ${name}\nversion: ${version}\nprovider: {name: acme.org}\n${rest}`;
}

function withText(text: string): string {
  return `resources:\n- name: cfg\n  type: yaml\n  input: {type: utf8, text: ${JSON.stringify(text)}}\n`;
}

function withInput(input: string): string {
  return component({ rest: `resources:\n- name: cfg\n  type: blob\n  input: ${input}\n` });
}

/** Writes a constructor file and adds it. */
async function add(text: string, args: readonly string[] = [], environment: Readonly<Record<string, string>> = {}) {
  sandbox.write("c.yaml", text);
  return await sandbox.run(["add", "--to", "./out", "c.yaml", ...args], environment);
}

function digestOf(label: string): unknown {
  return readArchive(sandbox.file("out")).get(label)?.descriptor;
}

test("what is there already is left as it is, other content is refused, and replaced only with --overwrite", async () => {
  expect(await add(component({ rest: withText("a") }))).toMatchObject({ code: 0, stdout: "added     ./out//acme.org/app:1.0.0\n" });
  const before = digestOf("acme.org/app:1.0.0");
  const again = await add(component({ rest: withText("a") }));
  expect(again).toMatchObject({ code: 0, stdout: "equal     ./out//acme.org/app:1.0.0\n" });
  const other = await add(component({ rest: withText("b") }));
  expect(other.code).toBe(2);
  expect(other.stderr).toContain("acme.org/app:1.0.0 is in ./out with other content: choose another version, or replace it with --overwrite");
  expect(digestOf("acme.org/app:1.0.0")).toEqual(before);
  expect(await add(component({ rest: withText("b") }), ["--overwrite"])).toMatchObject({ code: 0, stdout: "replaced  ./out//acme.org/app:1.0.0\n" });
  expect(digestOf("acme.org/app:1.0.0")).not.toEqual(before);
});

test("of several component versions none is stored where one of them cannot be built", async () => {
  const good = component({ name: "acme.org/lib", rest: withText("a") });
  const bad = component({ rest: "resources:\n- name: cfg\n  type: yaml\n  input: {type: file, path: missing.txt}\n" });
  const { code, stderr } = await add(`${good}---\n${bad}`);
  expect(code).toBe(5);
  expect(stderr).toContain("c.yaml:15:29: resources[0].input.path: cannot read missing.txt: there is no such file or folder");
  expect(existsSync(sandbox.file("out"))).toBe(false);
});

test("--dry-run builds and compares, and writes nothing", async () => {
  const { code, stdout } = await add(component({ rest: withText("a") }), ["--dry-run", "--json"]);
  expect(code).toBe(0);
  expect(componentAddOutput.parse(JSON.parse(stdout))).toMatchObject({
    dryRun: true,
    components: [{ state: "added", digest: null, layout: null, resources: 1 }],
  });
  expect(readdirSync(sandbox.path)).toEqual(["c.yaml"]);
});

test("component versions are stored after those that they refer to, with their digests; circles are named", async () => {
  const app = (version: string) => component({ rest: `references:\n- {name: lib, componentName: acme.org/lib, version: ${version}}\n` });
  const lib = component({ name: "acme.org/lib", rest: withText("a") });
  const { stdout } = await add(`${app("1.0.0")}---\n${lib}`, ["--json"]);
  expect(componentAddOutput.parse(JSON.parse(stdout)).components.map(({ component }) => component)).toEqual(["acme.org/lib", "acme.org/app"]);
  expect(JSON.stringify(digestOf("acme.org/app:1.0.0"))).toMatch(
    /"hashAlgorithm":"SHA-256","normalisationAlgorithm":"jsonNormalisation\/v3","value":"[0-9a-f]{64}"/,
  );
  const missing = await add(app("2.0.0").replace("1.0.0", "1.1.0"));
  expect(missing.code).toBe(0);
  expect(missing.stderr).toContain("c.yaml:5:3: references[0]: acme.org/lib:2.0.0 is not in ./out: the reference has no digest until it is signed");
  const wrong = app("1.0.0").replace(
    "1.0.0}",
    `1.0.0, digest: {hashAlgorithm: SHA-256, normalisationAlgorithm: jsonNormalisation/v3, value: "${"0".repeat(64)}"}}`,
  );
  expect((await add(wrong, ["--overwrite"])).stderr).toContain("references[0]: acme.org/lib:1.0.0 has the digest");
  const circle = component({ name: "acme.org/lib", version: "3.0.0", rest: "references:\n- {name: app, componentName: acme.org/app, version: 1.0.0}\n" });
  const refused = await add(`${app("3.0.0")}---\n${circle}`);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("component versions refer to each other: acme.org/app:1.0.0 → acme.org/lib:3.0.0 → acme.org/app:1.0.0");
});

test("references to component versions elsewhere are digested where --lookup says", async () => {
  sandbox.write("lib.yaml", component({ name: "acme.org/lib", rest: withText("a") }));
  await sandbox.run(["add", "--to", "./libs.tgz", "lib.yaml"]);
  const text = component({ rest: "references:\n- {name: lib, componentName: acme.org/lib, version: 1.0.0}\n" });
  const { code, stderr } = await add(text, ["--lookup", "./libs.tgz", "--quiet"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(JSON.stringify(digestOf("acme.org/app:1.0.0"))).toContain("jsonNormalisation/v3");
});

test("an image layout in a folder is stored natively", async () => {
  const { index } = await writeLayout(sandbox.file("layout"));
  expect(await add(withInput("{type: file, path: layout, mediaType: application/vnd.ocm.software.oci.layout.v1+tar}"))).toMatchObject({ code: 0 });
  expect(readArchive(sandbox.file("out")).get("acme.org/app:1.0.0")?.artifacts).toMatchObject([{ digest: index.digest }]);
});

test.each([
  ["hello\n", "c.yaml:1:1: expected fields below it"],
  [withInput("{type: file, path: c.yaml, compress: 1}"), "c.yaml:7:47: resources[0].input.compress: expected true or false"],
  [component({ rest: "resources: {}\n" }), "c.yaml:4:12: resources: expected a list"],
  [component({ rest: "labels: [{nam: a, value: 1}]\n" }), "c.yaml:4:11: labels[0].nam: unknown field: expected name"],
])("what is no constructor file is refused with the place of the field: %j", async (text, message) => {
  expect(await add(text)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
});

test("variables come from arguments, and with --env from the environment", async () => {
  const text = component({ version: `\${VERSION}`, rest: withText(`\${WHO}`) });
  const missing = await add(text);
  expect(missing.code).toBe(2);
  expect(missing.stderr).toContain("opm: c.yaml:2:10: the variable VERSION has no value");
  expect(missing.stderr).toContain("opm: c.yaml:7:29: the variable WHO has no value");
  expect((await add(text, ["VERSION=1.2.3"], { WHO: "me" })).code).toBe(2);
  expect((await add(text, ["VERSION=1.2.3", "--env"], { WHO: "me", VERSION: "9.9.9" })).stdout).toContain("acme.org/app:1.2.3");
  expect((await add(text, ["=1"])).stderr).toContain("'=1' sets no variable");
});

test.each([
  ["{type: file, path: ../secret}", "outside of the folder of the constructor file"],
  ["{type: file, path: /etc/hostname}", "is no path relative to the folder of the constructor file"],
  ["{type: file, path: link-out}", "outside of the folder of the constructor file"],
  ["{type: file, path: folder-out/secret}", "outside of the folder of the constructor file"],
  ["{type: dir, path: folder-out}", "outside of the folder of the constructor file"],
  ["{type: dir, path: tree}", "tree/out is a link that leads out of the folder"],
  ["{type: dir, path: tree, followSymlinks: true}", "tree/out is a link that leads out of"],
  ["{type: dir, path: circle, followSymlinks: true}", "is a link to a folder that it is in"],
  ["{type: dir, path: c.yaml}", "is a file: use the input file"],
  ["{type: file, path: tree}", "is a folder: use the input dir"],
  ["{type: helm, path: tree}", "is no Helm chart: it has no file Chart.yaml"],
  ["{type: helm, path: c.yaml}", "is no packaged Helm chart: it is no tgz"],
  ["{type: file, path: c.yaml, mediaType: application/vnd.ocm.software.oci.layout.v1+tar}", "c.yaml"],
])("%s is refused, and nothing is written", async (input, message) => {
  sandbox.write("../secret", "x");
  symlinkSync("/etc/hostname", sandbox.file("link-out"));
  symlinkSync("..", sandbox.file("folder-out"));
  for (const folder of ["tree", "circle"]) mkdirSync(sandbox.file(folder));
  symlinkSync("/etc", sandbox.file("tree/out"));
  symlinkSync("..", sandbox.file("circle/up"));
  const { code, stderr } = await add(withInput(input));
  expect(stderr).toContain(message);
  expect(stderr).toContain("c.yaml:7");
  expect([2, 5]).toContain(code);
  expect(existsSync(sandbox.file("out"))).toBe(false);
});

test("digests that are given are verified, whatever hash they are of", async () => {
  const value = (hash: string) => createHash(hash).update("a").digest("hex");
  const given = (hashAlgorithm: string, digest: string) =>
    component({
      rest: `${withText("a")}  digest: {hashAlgorithm: ${hashAlgorithm}, normalisationAlgorithm: genericBlobDigest/v1, value: ${JSON.stringify(digest)}}\n`,
    });
  expect((await add(given("SHA-512", value("sha512")))).code).toBe(0);
  const wrong = await add(given("SHA-256", "0".repeat(64)), ["--overwrite"]);
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining(`c.yaml:8:11: resources[0].digest: the content has the digest ${value("sha256")}`) });
});

test("a folder becomes an archive in which time, order and owner of files do not show", async () => {
  const tree = (names: readonly string[]) => {
    mkdirSync(sandbox.file("tree/sub"), { recursive: true });
    for (const name of names) sandbox.write(`tree/${name}`, name);
  };
  tree(["b.txt", "a.txt", "sub/c.txt"]);
  const text = withInput("{type: dir, path: tree, compress: true}");
  expect((await add(text)).stdout).toStartWith("added");
  await Bun.spawn(["rm", "-rf", sandbox.file("tree")]).exited;
  tree(["sub/c.txt", "a.txt", "b.txt"]);
  expect((await add(text)).stdout).toStartWith("equal");
});
