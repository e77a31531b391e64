import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { createHash } from "node:crypto";
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { parseAllDocuments } from "yaml";
import { componentDownloadOutput } from "../../../src/cli/commands/component/download.output.ts";
import { componentGetOutput } from "../../../src/cli/commands/component/get.output.ts";
import { componentListOutput } from "../../../src/cli/commands/component/list.output.ts";
import { componentResourcesOutput } from "../../../src/cli/commands/component/resources.output.ts";
import { readArchive } from "../support/archive-reader.ts";
import { type ComponentSandbox, componentSandbox, FIXTURES } from "../support/component-sandbox.ts";
import { readTar } from "../support/tar.ts";

setDefaultTimeout(60_000);

let sandbox: ComponentSandbox;
beforeAll(async () => {
  sandbox = componentSandbox({ inputs: true });
  for (const [version, text] of [
    ["1.0.0", "a"],
    ["1.10.0", "b"],
    ["1.9.0+build.1", "c"],
    ["2.0.0-rc.1", "d"],
    ["v0.9", "e"],
  ] as const) {
    sandbox.write(
      "c.yaml",
      `name: acme.org/app\nversion: ${version}\nprovider: acme.org\nresources:\n- {name: cfg, type: yaml, input: {type: utf8, text: ${text}}}\n`,
    );
    await sandbox.run(["add", "--to", "./many.tgz", "c.yaml"]);
  }
}, 60_000);
afterAll(() => sandbox.remove());

const IMAGE = "sha256:69b3c55a72ae703657782dcae4fef7846fcf9187c5ce74043bcb01d90f461c98";

describe.each(["newer-cli-signed", "older-cli-signed"])("%s", (fixture) => {
  const echo = `${join(FIXTURES, fixture)}//acme.org/demo/echo`;
  const app = `${join(FIXTURES, fixture)}//acme.org/demo/app:2.0.0`;

  test("descriptors are shown as they are", async () => {
    const theirs = readArchive(join(FIXTURES, fixture));
    const expected = (label: string) => {
      const { component, ...rest } = theirs.get(label)?.descriptor ?? {};
      const lists = ["componentReferences", "repositoryContexts", "resources", "sources"].map((key) => [
        key,
        (component as Record<string, unknown>)[key] ?? [],
      ]);
      return { ...rest, component: { ...(component as object), ...Object.fromEntries(lists) } };
    };
    const yaml = await sandbox.run(["get", "-r", "-o", "yaml", app]);
    expect(parseAllDocuments(yaml.stdout).map((document) => document.toJS())).toEqual([
      expected("acme.org/demo/app:2.0.0"),
      expected("acme.org/demo/echo:1.0.0"),
    ]);
    expect(JSON.parse((await sandbox.run(["get", "-o", "json", echo])).stdout)).toEqual(expected("acme.org/demo/echo:1.0.0"));
    const all = componentGetOutput.parse(JSON.parse((await sandbox.run(["get", "-r", "--json", app])).stdout));
    expect(all.components.map(({ component, layout }) => `${component} ${layout}`)).toEqual([
      "acme.org/demo/app manifest",
      `acme.org/demo/echo ${fixture === "newer-cli-signed" ? "index" : "manifest"}`,
    ]);
    const tree = await sandbox.run(["get", "-r", "-o", "tree", app]);
    expect(tree.stdout).toContain("└── reference echo: acme.org/demo/echo:1.0.0\n    ├── resource hello 1.0.0: plainText\n");
  });

  test("its resources are listed and downloaded as what other tools take", async () => {
    const listed = componentResourcesOutput.parse(JSON.parse((await sandbox.run(["resources", "--json", echo])).stdout));
    expect(listed.resources.map(({ name }) => name).slice(0, 5)).toEqual(["hello", "inline", "tree", "chart", "image"]);
    expect(listed.resources[0]).toMatchObject({ size: 24, mediaType: "text/plain", relation: "local", extraIdentity: {} });
    const hello = await sandbox.run(["download", echo, "hello", "-O", "-"]);
    expect(hello).toMatchObject({ code: 0, stdout: "hello from a local blob\n" });
    mkdirSync(sandbox.file(fixture));
    const chart = componentDownloadOutput.parse(JSON.parse((await sandbox.run(["download", echo, "chart", "-O", fixture, "--json"])).stdout));
    expect(chart).toMatchObject({ form: "chart", file: `${fixture}/chart.tgz` });
    const files = readTar(gunzipSync(readFileSync(sandbox.file(chart.file)))).map(({ name }) => name);
    expect(files.sort()).toEqual(["echo/Chart.yaml", "echo/templates/cm.yaml", "echo/values.yaml"]);
    const image = await sandbox.run(["download", echo, "image", "architecture=amd64", "-O", `${fixture}/image.tar`]);
    expect(image).toMatchObject({ code: 0, stdout: `${fixture}/image.tar\n` });
    const layout = new Map(readTar(readFileSync(sandbox.file(`${fixture}/image.tar`))).map(({ name, content }) => [name, content]));
    expect([...layout.keys()].slice(0, 2)).toEqual(["oci-layout", "index.json"]);
    expect(JSON.parse(String(layout.get("index.json"))).manifests).toMatchObject([{ digest: IMAGE }]);
    for (const [name, content] of layout) if (name.startsWith("blobs/")) expect(name).toEndWith(createHash("sha256").update(content).digest("hex"));
    expect(readdirSync(sandbox.file(fixture)).sort()).toEqual(["chart.tgz", "image.tar"]);
  });

  test("a blob that was changed is not downloaded", async () => {
    const copy = sandbox.file(`${fixture}-changed`);
    cpSync(join(FIXTURES, fixture), copy, { recursive: true });
    const blob = join(copy, "blobs/sha256.716eadbc8448cec8204fbbcf1a528260cf7a6b053f1591d74c1a3d8f10886be4");
    chmodSync(blob, 0o644);
    writeFileSync(blob, "hello from a local blub\n");
    const { code, stderr } = await sandbox.run(["download", `${copy}//acme.org/demo/echo`, "hello", "-O", "changed.txt"]);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("is not what its digest says") });
    expect(existsSync(sandbox.file("changed.txt"))).toBe(false);
  });
});

test("versions are listed by precedence, of a range, or the latest", async () => {
  const list = async (...args: readonly string[]) =>
    componentListOutput.parse(JSON.parse((await sandbox.run(["list", "--json", ...args])).stdout)).components.flatMap(({ versions }) => versions);
  expect(await list("./many.tgz//acme.org/app")).toEqual(["v0.9", "1.0.0", "1.9.0+build.1", "1.10.0", "2.0.0-rc.1"]);
  expect(await list("./many.tgz")).toHaveLength(5);
  expect(await list("./many.tgz//acme.org/app", "--range", ">=0.9 <1.10")).toEqual(["v0.9", "1.0.0", "1.9.0+build.1"]);
  expect(await list("./many.tgz//acme.org/app", "--latest")).toEqual(["1.10.0"]);
  expect(await list("./many.tgz", "--latest", "--range", "<1.10")).toEqual(["1.9.0+build.1"]);
  expect((await sandbox.run(["get", "./many.tgz//acme.org/app"])).stdout).toContain("acme.org/app  1.10.0");
});

test("a digest names a version, too", async () => {
  const get = async (reference: string) => componentGetOutput.parse(JSON.parse((await sandbox.run(["get", "--json", reference])).stdout)).components[0];
  const digest = (await get("./many.tgz//acme.org/app:1.0.0"))?.digest;
  expect((await get(`./many.tgz//acme.org/app@${digest}`))?.version).toBe("1.0.0");
});

test.each([
  [["get", "./many.tgz//acme.org/app:9.9.9"], 5, "there is no component version acme.org/app:9.9.9 in ./many.tgz"],
  [["get", "./many.tgz//acme.org/none"], 5, "there is no component acme.org/none in ./many.tgz"],
  [["list", "./many.tgz//acme.org/none"], 5, "there is no component acme.org/none in ./many.tgz"],
  [["list", "./many.tgz//acme.org/app", "--range", "x y"], 2, "is no range of versions"],
  [["list", "./many.tgz//acme.org/app:1.0.0"], 2, "names one version"],
  [["get", "./missing.tgz//acme.org/app"], 5, "cannot read ./missing.tgz"],
  [["get", "./c.yaml//acme.org/app"], 2, "c.yaml"],
  [["get", `./many.tgz//acme.org/app:1.0.0@sha256:${"0".repeat(64)}`], 2, "has the digest"],
  [["get", `./many.tgz//acme.org/app@sha256:${"0".repeat(64)}`], 5, "there is no version of acme.org/app with the digest"],
  [["download", "./many.tgz//acme.org/app", "nope"], 5, "there is no resource nope; there are cfg"],
  [["download", "./many.tgz//acme.org/app", "cfg", "os"], 2, "'os' is no part of an identity"],
  [["download", "./many.tgz//acme.org/app", "cfg", "-O", "-", "--json"], 2, "--json does not go with -O -"],
  [["download", "./many.tgz//acme.org/app", "cfg", "-O", "c.yaml/x"], 1, "cannot write c.yaml/x"],
])("opm component %j ends with %d: %s", async (args, exitCode, message) => {
  const { code, stderr } = await sandbox.run(args);
  expect({ code, stderr }).toMatchObject({ code: exitCode, stderr: expect.stringContaining(message) });
});
