import { expect, test } from "bun:test";
import { jsonOutputs } from "../../src/cli/json-outputs.ts";
import { runOpm } from "./run-opm.ts";

test("without a command every one is listed that prints JSON", async () => {
  const { code, stdout } = await runOpm(["schema"]);
  expect([code, stdout.trimEnd().split("\n")]).toEqual([0, (await jsonOutputs()).map(({ command }) => command)]);
});

test("the schema of a command, its words apart or together", async () => {
  const { code, stdout, stderr } = await runOpm(["schema", "user", "list"]);
  expect([code, stderr]).toEqual([0, ""]);
  const schema: unknown = JSON.parse(stdout);
  expect(schema).toMatchObject({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "opm user list --json",
    type: "array",
    items: { type: "object", properties: { name: { type: "string" }, disabled: { type: "boolean" } }, required: expect.arrayContaining(["name", "groups"]) },
  });
  expect((await runOpm(["schema", "user list"])).stdout).toBe(stdout);
});

test("one that is listed with an option can be asked for as it is listed", async () => {
  const { code, stdout, stderr } = await runOpm(["schema", "versions", "--all-tags"]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(JSON.parse(stdout)).toMatchObject({ title: "opm versions --all-tags --json" });
});

test("what a command prints has what its schema requires, and nothing that it does not know", async () => {
  const schema: { readonly properties: object; readonly required: readonly string[] } = JSON.parse((await runOpm(["schema", "version"])).stdout);
  const printed: object = JSON.parse((await runOpm(["version", "--json"])).stdout);
  expect(Object.keys(printed).sort()).toEqual(Object.keys(schema.properties).sort());
  for (const name of schema.required) expect(printed).toHaveProperty(name);
});

test.each([
  [["user"], /^opm: 'opm user' prints nothing itself: name one of user add, user list,.*\n$/],
  [["user", "lst"], /^opm: no command 'user lst' prints JSON that is described: did you mean 'user list'\?\n$/],
  [["versions", "--all-tag"], /^opm: no command 'versions --all-tag' prints JSON that is described: did you mean 'versions --all-tags'\?\n$/],
  [["completion"], /^opm: no command 'completion' prints JSON that is described: 'opm schema' lists those that do\n$/],
])("%j has none", async (words, message) => {
  expect(await runOpm(["schema", ...words])).toEqual({ code: 2, stdout: "", stderr: expect.stringMatching(message) });
});
