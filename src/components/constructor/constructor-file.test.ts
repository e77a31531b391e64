import { expect, test } from "bun:test";
import { parseConstructor } from "./constructor-file.ts";

const HEAD = "name: acme.org/app\nversion: 1.0.0\nprovider:\n  name: acme.org\n";

function parse(text: string, variables: Readonly<Record<string, string>> = {}) {
  return parseConstructor(text, "c.yaml", new Map(Object.entries(variables)));
}

function problem(text: string, variables: Readonly<Record<string, string>> = {}): string {
  try {
    parse(text, variables);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "";
}

function resource(fields: string): string {
  return `${HEAD}resources:\n- name: cfg\n  type: yaml\n${fields}`;
}

test("one component, a list of them, and several documents", () => {
  const names = (text: string) => parse(text).map(({ spec }) => spec.name);
  expect(names(HEAD)).toEqual(["acme.org/app"]);
  expect(names(`components:\n- ${HEAD.replaceAll("\n", "\n  ")}\n`)).toEqual(["acme.org/app"]);
  expect(names(`${HEAD}---\n${HEAD.replace("app", "web")}---\n# nothing\n`)).toEqual(["acme.org/app", "acme.org/web"]);
  expect(names(JSON.stringify({ name: "acme.org/app", version: "1.0.0", provider: "acme.org" }))).toEqual(["acme.org/app"]);
});

test.each([
  [`${HEAD}resource: []\n`, "c.yaml:5:1: resource: unknown field: expected resources"],
  [HEAD.replace("1.0.0", "1.0"), "c.yaml:2:10: version: expected a text: put 1 in quotes"],
  [HEAD.replace("acme.org/app", "App"), "c.yaml:1:7: name: expected a component name: a domain and a path in lower case, such as acme.org/app"],
  [HEAD.replace("  name: acme.org", "  nam: acme.org"), "provider.nam: unknown field: expected name"],
  [resource("  input: {type: file}\n"), "c.yaml:8:10: resources[0].input.path: is required"],
  [resource("  input: {type: docker, path: x}\n"), "c.yaml:8:17: resources[0].input.type: expected file, dir, utf8, helm or ociArtifact"],
  [resource("  input: {type: utf8, text: a, json: 1}\n"), "resources[0].input: expected exactly one of text, json, formattedJson, yaml"],
  [resource("  input: {type: utf8}\n"), "resources[0].input: expected exactly one of text, json, formattedJson, yaml"],
  [resource("  input: {type: file, path: x, compres: true}\n"), "c.yaml:8:32: resources[0].input.compres: unknown field: expected compress"],
  [resource("  input: {type: file, path: x}\n  access: {type: none}\n  version: 1.0.0\n"), "resources[0].input: is there besides access"],
  [resource(""), "resources[0]: has no content: expected input or access"],
  [resource("  access: {type: none}\n"), "resources[0].version: is required for content that access names"],
  [resource("  relation: external\n  input: {type: file, path: x}\n"), "c.yaml:8:13: resources[0].relation: what comes by an input is local"],
  [resource("  extraIdentity: {name: x}\n  input: {type: file, path: x}\n"), "resources[0].extraIdentity.name: the name is part of every identity already"],
  [resource("  extraIdentity: {os: 1}\n  input: {type: file, path: x}\n"), "resources[0].extraIdentity.os: expected a text: put 1 in quotes"],
  [resource("  labels: [{name: a}]\n  input: {type: file, path: x}\n"), "resources[0].labels[0].value: is required"],
  [resource("  labels: [{name: a, value: 1}, {name: a, value: 2}]\n  input: {type: file, path: x}\n"), "resources[0].labels[1]: duplicate label"],
  [resource("  input: {type: file, path: x}\n- name: cfg\n  type: other\n  input: {type: file, path: y}\n"), "c.yaml:9:3: resources[1]: duplicate resource"],
  [`${HEAD}references: []\ncomponentReferences: []\n`, "componentReferences: is there besides references"],
  [`${HEAD}sources:\n- name: src\n  type: git\n  relation: local\n  input: {type: utf8, text: a}\n`, "sources[0].relation: unknown field"],
  [`${HEAD}---\n${HEAD}`, "c.yaml:6:1: duplicate component version: c.yaml:1:1 has the same"],
  [`${HEAD}name: acme.org/b\n`, "c.yaml:5:1: duplicate key name"],
  ["", "there is no component in it"],
  ["- a\n", "expected"],
  ["components: []\n", "components: expected at least one component"],
  ["name: [\n", "c.yaml:2:1"],
  [`${HEAD}labels: [{name: a, value: .nan}]\n`, "labels[0].value is a value that JSON does not have"],
])("%j is refused: %s", (text, message) => {
  expect(problem(text)).toContain(message);
});

test("variables are texts that can neither break out of their place nor move what stands after them", () => {
  const [component] = parse(HEAD.replace("1.0.0", `\${VERSION}`).replace("name: acme.org\n", `name: \${who}-\${who}\n`), { VERSION: "1.0", who: "a: {b}\nc" });
  expect(component?.spec.version).toBe("1.0");
  expect(component?.spec.provider).toEqual({ name: "a: {b}\nc-a: {b}\nc" });
  const [flow] = parse(HEAD.replace("provider:\n  name: acme.org", `provider: {name: \${who}, labels: []}`), { who: "x" });
  expect(flow?.spec.provider).toEqual({ name: "x", labels: [] });
  expect(flow?.place("provider", "labels")).toBe("c.yaml:3:34: provider.labels");
});

test("variables without a value are named, all of them, with their places; a doubled dollar keeps the text", () => {
  expect(problem(HEAD.replace("1.0.0", `\${A}-\${B}`))).toMatch(/^c.yaml:2:10: the variable A has no value.*\nc.yaml:2:10: the variable B has no value/);
  expect(problem(HEAD.replace("1.0.0", `\${}`))).toContain(`'\${}' names no variable`);
  expect(parse(`${HEAD}# \${COMMENT}\n`)).toHaveLength(1);
  const [component] = parse(`${HEAD}labels: [{name: a, value: "$\${A} $A \${A}"}]\n`, { A: `$\${x}` });
  expect(component?.spec.labels?.[0]?.value).toBe(`\${A} $A $\${x}`);
});

test("a file that is made to exhaust the machine is refused", () => {
  const laughs = Array.from({ length: 12 }, (_, at) => `  a${at + 1}: &a${at + 1} [${`*a${at},`.repeat(10)}]`).join("\n");
  expect(problem(`${HEAD}labels:\n  a0: &a0 [x]\n${laughs}\n`)).toContain("aliases");
  expect(problem(`${HEAD}labels: ${"[".repeat(300)}${"]".repeat(300)}\n`)).toContain("nests");
  expect(problem(`${HEAD}labels: ${"[".repeat(100_000)}`)).toContain("nested too deeply");
});
