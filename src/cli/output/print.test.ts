import { expect, test } from "bun:test";
import { join } from "node:path";
import { Glob } from "bun";
import { parse } from "yaml";
import { promptText } from "./print.ts";
import { escapeActive, isActive, printable, printableText } from "./printable.ts";
import { yamlText } from "./yaml.ts";

/** Escape sequences of seven and eight bits, line ends of all kinds, marks that turn text around, and DEL. */
const HOSTILE = "linux\u001b]0;owned\u0007\u009b31m\nforged line\r\u0085\u2028\u2029\u202eevil\u202c\u2066\u2069\u200e\u200f\u061c\u007f\0\t end";

const ACTS = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

test("nothing in a line acts on the terminal, and nothing is lost", () => {
  expect(printable(HOSTILE)).not.toMatch(ACTS);
  expect(printable(HOSTILE).replaceAll(/\\u\{([0-9a-f]+)\}/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))).toBe(HOSTILE);
  expect(printable("naïve 日本 👩‍🚀 x")).toBe("naïve 日本 👩‍🚀 x");
});

test("a question ends with the space that it has", () => {
  expect([promptText("Take it?\n [y/N] "), promptText("Take it?\n")]).toEqual(["Take it? [y/N] ", "Take it?"]);
});

test("a text keeps its lines and tabs only", () => {
  expect(printableText("a:\n\tb\n")).toBe("a:\n\tb\n");
  expect(printableText(HOSTILE).replaceAll(/[\n\t]/g, "")).not.toMatch(ACTS);
  expect([isActive("a\n\tb"), isActive("a\u009b")]).toEqual([false, true]);
});

test("JSON and YAML mean the same, with other characters", () => {
  const value = { [HOSTILE]: HOSTILE, list: [HOSTILE, "plain", "two\nlines\n"] };
  const json = escapeActive(JSON.stringify(value, null, 2));
  expect(json.replaceAll("\n", "")).not.toMatch(ACTS);
  expect([JSON.parse(json), json]).toEqual([value, expect.stringMatching(/\\u009b31m.*\\u202eevil/)]);
  const yaml = yamlText(value);
  expect(yaml.replaceAll("\n", "")).not.toMatch(ACTS);
  expect(parse(yaml)).toEqual(value);
  expect(yaml).toContain("- |\n    two\n    lines\n");
});

test("one file prints: no other writes to the streams of the process", async () => {
  const root = join(import.meta.dir, "..");
  const writers: string[] = [];
  for await (const name of new Glob("**/*.ts").scan(root)) {
    if (name.endsWith(".test.ts")) continue;
    const text = await Bun.file(join(root, name)).text();
    if (/\bwrite(?:Out|Err)\b|\bprocess\.std(?:out|err)\.write\b|\bconsole\.\w/.test(text)) writers.push(name);
  }
  expect(writers.sort()).toEqual(["help/program-help.ts", "output/print.ts", "output/terminal.ts", "root-command.ts"]);
});
