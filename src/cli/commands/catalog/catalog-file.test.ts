import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalogYaml, readCatalogFile } from "./catalog-file.ts";

const folder = mkdtempSync(join(tmpdir(), "opm-catalog-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, "catalog.yaml");

async function read(text: string): Promise<unknown> {
  writeFileSync(path, text);
  return await readCatalogFile(path).catch((error: Error) => error.message.replaceAll(`${path}:`, ""));
}

describe("readCatalogFile", () => {
  test("says where everything is that is wrong", async () => {
    const text = `version: 2
namespace: {}
namespaces:
  Team: {}
  ok:
    descriptio: x
    projects:
      web: { visibility: open, policies: { version: enforce } }
grants:
  - { subjects: [], repositories: "**", actions: [pull] }
types:
  - title: none
`;
    expect(await read(text)).toBe(
      [
        "1:10: version: expected 1",
        "4:3: namespaces.Team: expected lower-case letters, digits and single separators . _ __ -",
        "8:26: namespaces.ok.projects.web.visibility: expected private or public",
        "8:44: namespaces.ok.projects.web.policies.version: unknown key; did you mean versions?",
        "6:5: namespaces.ok.descriptio: unknown key; did you mean description?",
        "10:17: grants[0].subjects: too small: expected array to have >=1 items",
        "12:5: types[0].type: is required",
        "2:1: namespace: unknown key; did you mean namespaces?",
      ].join("\n"),
    );
  });

  test.each([
    ["namespaces: [\n", /^\d+:\d+: /],
    ["a: &a [x]\nb: [*a, *a]\nversion: *c\n", /\d+:\d+: |aliases/],
    [
      `a: &a [x,x]\n${"bcdefghi".replaceAll(/./g, (name) => `${name}: &${name} [${`*${String.fromCharCode(name.charCodeAt(0) - 1)},`.repeat(9)}]\n`)}`,
      /aliases repeat too much/,
    ],
    ["- version\n", /^1:1: expected object/],
  ])("no catalog: %#", async (text, message) => {
    expect(await read(text)).toMatch(message);
  });
});

test("catalogYaml writes what readCatalogFile reads", async () => {
  const catalog = {
    version: 1 as const,
    namespaces: { team: { description: "a: b\nc", projects: { web: { policies: { versions: "enforce" as const } } } } },
    grants: [{ subjects: ["anonymous"], repositories: "**", actions: ["pull" as const] }],
  };
  expect(await read(catalogYaml(catalog))).toEqual(catalog);
  expect(catalogYaml(catalog)).toBe(catalogYaml(structuredClone(catalog)));
});
