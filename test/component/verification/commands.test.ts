import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { outputSchemaOf } from "../../../src/cli/testing/output-schema.ts";
import type { ComponentDescriptor, JsonObject } from "../../../src/components/descriptor/component-descriptor.ts";
import { localReference } from "../../../src/components/repository/local-reference.ts";
import { expectFailure, useClient } from "../../cli-client/client-tests.ts";
import { APP, ECHO, FIXTURES, useTampering } from "./use-tampering.ts";

setDefaultTimeout(60_000);

const client = useClient();
const { copyOf } = useTampering();
const [app, echo] = [APP.join(":"), ECHO.join(":")];
const older = join(FIXTURES, "older-cli-signed");
const vector = (name: string) => Bun.file(join(FIXTURES, "vectors", name)).text();

/** A command that finds something: its JSON as its schema has it. */
async function findings(...args: readonly string[]): Promise<Record<string, unknown>> {
  const { code, stdout } = await client.run([...args, "--json"]);
  expect(code).toBe(6);
  return (await outputSchemaOf(args)).parse(JSON.parse(stdout)) as Record<string, unknown>;
}

function withComponent(change: (component: ComponentDescriptor["component"]) => JsonObject) {
  return (descriptor: ComponentDescriptor): ComponentDescriptor => ({ ...descriptor, component: { ...descriptor.component, ...change(descriptor.component) } });
}

describe("hash", () => {
  test.each(["v1", "v2", "v3"])("normal form %s is what the older command line makes", async (name) => {
    const norm = await vector(`old-app.${name}.norm.json`);
    const args = ["component", "hash", `${older}//${app}`, "--normalisation", `jsonNormalisation/${name}`];
    expect(await client.succeed(...args, "-o", "norm")).toBe(norm);
    expect((await client.succeed(...args)).trim()).toBe(createHash("sha256").update(norm).digest("hex"));
    expect((await client.succeed(...args, "--hash", "SHA-512")).trim()).toBe(createHash("sha512").update(norm).digest("hex"));
  });

  test("says in JSON what it is of, and whether that is all", async () => {
    const { digest, complete, normalised } = await client.json("component", "hash", `${older}//${app}`, "-o", "norm");
    expect({ digest, complete }).toMatchObject({ digest: { hashAlgorithm: "SHA-256", normalisationAlgorithm: "jsonNormalisation/v3" }, complete: true });
    expect(normalised).toBe(await vector("old-app.v3.norm.json"));
    const archive = copyOf("older-cli-signed");
    await archive.edit(
      APP,
      withComponent(({ resources }) => ({ resources: resources.map((each) => ({ ...each, digest: undefined })) })),
    );
    expect(await client.json("component", "hash", `${archive.path}//${app}`)).toMatchObject({ complete: false });
    expect((await client.run(["component", "hash", `${archive.path}//${app}`])).stderr).toContain("resource cfg has no digest");
  });

  test("refuses ways that nobody knows", async () => {
    expectFailure(await client.run(["component", "hash", `${older}//${app}`, "--normalisation", "x"]), 2, /unknown normalisation 'x'/);
  });
});

describe("verify", () => {
  test("names in JSON and in lines what is wrong", async () => {
    const archive = copyOf("older-cli-signed");
    const { component } = (await archive.get(ECHO)).descriptor;
    for (const name of ["hello", "tree"])
      archive.removeBlob(localReference(component.resources.find((each) => each.name === name)?.access ?? { type: "" }) ?? "");
    const args = ["component", "verify", `${archive.path}//${app}`, "--key", join(FIXTURES, "rsa.pub")];
    const subjects = ["acme.org/demo/echo:1.0.0, resource hello", "acme.org/demo/echo:1.0.0, resource tree"];
    const report = await findings(...args);
    expect(report).toMatchObject({ component: APP[0], verified: false, signatures: [], findings: subjects.map((subject) => ({ subject })) });
    const { code, stdout, stderr } = await client.run(args);
    expect(code).toBe(6);
    expect(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.split(": ", 1)[0]),
    ).toEqual(subjects);
    expect(stderr).toBe(`opm: ${app} is not verified: ${subjects.join("; ")}\n`);
  });
});

describe("check", () => {
  test("finds everything that is not there, below with --recursive", async () => {
    const archive = copyOf("newer-cli-signed");
    const { component } = (await archive.get(ECHO)).descriptor;
    archive.removeBlob(localReference(component.resources.find(({ name }) => name === "tree")?.access ?? { type: "" }) ?? "");
    const image = component.resources.find(({ name }) => name === "image")?.access ?? { type: "" };
    const manifest = JSON.parse(await Bun.file(archive.blob(localReference(image) ?? "")).text());
    archive.removeBlob(manifest.layers[0].digest);
    expect(await client.json("component", "check", `${archive.path}//${app}`)).toMatchObject({ complete: true, components: 2, contents: 1 });
    expect(await findings("component", "check", "-r", `${archive.path}//${app}`)).toMatchObject({
      complete: false,
      findings: [
        { subject: "acme.org/demo/echo:1.0.0, resource tree" },
        { subject: "acme.org/demo/echo:1.0.0, resource image (architecture=amd64, os=linux)" },
      ],
    });
    const { stderr } = await client.run(["component", "check", "-r", `${archive.path}//${app}`]);
    expect(stderr).toBe("opm: acme.org/demo/app:2.0.0 is not complete: 2 things are missing\n");
  });

  test("a reference to nothing, and a registry that cannot be reached", async () => {
    const archive = copyOf("older-cli-signed");
    await archive.edit(
      APP,
      withComponent(({ resources, componentReferences }) => ({
        resources: [
          ...resources,
          { name: "far", version: "1.0.0", type: "ociImage", relation: "external", access: { type: "ociArtifact", imageReference: "127.0.0.1:1/far:1.0.0" } },
          { name: "site", version: "1.0.0", type: "blob", relation: "external", access: { type: "wget", url: "http://127.0.0.1:1/x" } },
        ],
        componentReferences: componentReferences.map((each) => ({ ...each, version: "3.0.0" })),
      })),
    );
    expect(await findings("component", "check", `${archive.path}//${app}`)).toMatchObject({
      unchecked: [{ subject: "acme.org/demo/app:2.0.0, resource site", accessType: "wget" }],
      findings: [{ subject: "acme.org/demo/app:2.0.0, reference echo" }, { subject: "acme.org/demo/app:2.0.0, resource far" }],
    });
  }, 60_000);
});

describe("diff", () => {
  test("is silent about what is the same, with exit code 0", async () => {
    expect(await client.json("component", "diff", `${older}//${app}`, `${older}//${app}`)).toMatchObject({ equal: true, changes: [] });
  });

  test("tells what changed, and what of it is signed", async () => {
    const archive = copyOf("older-cli-signed");
    await archive.edit(
      ECHO,
      withComponent(({ resources: [first, ...others], labels = [] }) => ({
        resources: [{ ...first, version: "1.0.1" }, ...others.slice(1)],
        componentReferences: [{ name: "new", componentName: "acme.org/new", version: "1.0.0" }],
        labels: labels.map((label) => (label.signing === true ? label : { ...label, value: "other" })),
      })),
    );
    const { changes, before, after } = await findings("component", "diff", `${older}//${echo}`, `${archive.path}//${echo}`);
    expect(before).toMatchObject({ component: ECHO[0], reference: `${older}//${echo}` });
    expect(after).toMatchObject({ reference: `${archive.path}//${echo}` });
    expect(changes).toEqual([
      { kind: "component", name: "", change: "changed", fields: [expect.objectContaining({ field: "labels", signed: false })] },
      { kind: "resource", name: "hello", change: "changed", fields: [{ field: "version", before: "1.0.0", after: "1.0.1", signed: true }] },
      { kind: "resource", name: "inline (env=test)", change: "removed", fields: [] },
      { kind: "reference", name: "new", change: "added", fields: [] },
    ]);
    const { stdout } = await client.run(["component", "diff", `${older}//${echo}`, `${archive.path}//${echo}`]);
    expect(stdout).toMatch(/^changed +resource hello +version +yes +1\.0\.0 +1\.0\.1$/m);
  });

  test("an access that differs is no other content", async () => {
    const archive = copyOf("older-cli-signed");
    await archive.edit(
      APP,
      withComponent(({ resources }) => ({ resources: resources.map((each) => ({ ...each, access: { ...each.access, note: "x" } })) })),
    );
    expect(await client.json("component", "diff", `${older}//${app}`, `${archive.path}//${app}`)).toMatchObject({
      equal: true,
      changes: [{ kind: "resource", name: "cfg", fields: [{ field: "access.note", after: "x", signed: false }] }],
    });
  });
});
