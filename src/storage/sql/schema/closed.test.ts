import { describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { MIGRATIONS } from "./migrations.ts";

const SCHEMA = import.meta.dir;

/** Files beside the steps: the one that lists them, and what all of them are written in. */
const LIST = "migrations.ts";
const LANGUAGE = "migration.ts";

const DECLARED = /\b(?:import|export)(?<type>\s+type)?\b[^;"'`(]*?\bfrom\s*["'](?<from>[^"']+)["']/g;
const PLAIN = /\bimport\s*["'](?<from>[^"']+)["']/g;
const CALLED = /\b(?:import|require)\s*\(\s*(?:["'`](?<from>[^"'`]+)["'`])?/g;

/** Everything that a file takes from elsewhere, however it is written: imports, re-exports, `import()`, `require`, types in place. */
function taken(path: string): { readonly from: string; readonly typeOnly: boolean }[] {
  const text = readFileSync(path, "utf8");
  return [DECLARED, PLAIN, CALLED].flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({ groups }) => ({ from: groups?.from ?? "(computed)", typeOnly: groups?.type !== undefined })),
  );
}

/** What a file of a step takes that it may not. */
function reaches(path: string, schema = SCHEMA): string[] {
  const inside = relative(schema, path);
  const step = inside.includes("/") ? join(schema, inside.slice(0, inside.indexOf("/"))) : path;
  return taken(path)
    .filter(({ from, typeOnly }) => {
      if (!from.startsWith(".")) return true;
      const target = resolve(dirname(path), from);
      return !(target.startsWith(`${step}/`) || (typeOnly && target === join(schema, LANGUAGE)));
    })
    .map(({ from }) => from);
}

const files = readdirSync(SCHEMA, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
const steps = files.filter((name) => /^\d/.test(name));

describe("steps of the schema", () => {
  test("a file or a folder is one step, by its number", () => {
    const numbers = [...new Set(steps.map((name) => name.split("/")[0]?.replace(/\.ts$/, "") ?? ""))].sort();
    expect(numbers.map((name) => Number(name.slice(0, 4)))).toEqual(MIGRATIONS.map(({ version }) => version));
  });

  test.each(steps)("%s takes nothing from outside its step but the types of steps", (name) => {
    expect(reaches(join(SCHEMA, name))).toEqual([]);
  });

  test.each(files.filter((name) => !steps.includes(name)))("%s takes nothing from outside the folder", (name) => {
    expect(taken(join(SCHEMA, name)).filter(({ from }) => !from.startsWith("./"))).toEqual([]);
    if (name !== LIST) expect(taken(join(SCHEMA, name)).filter(({ typeOnly }) => !typeOnly)).toEqual([]);
  });
});

test.each([
  ["import { codes } from '../codes.ts';", "../codes.ts"],
  ["import type { Tag } from '../../oci/tag.ts';", "../../oci/tag.ts"],
  ["import { x } from './migration.ts';", "./migration.ts"],
  ["import { y } from './0002-other.ts';", "./0002-other.ts"],
  ["import fs from 'node:fs';", "node:fs"],
  ["export * from '../codes.ts';", "../codes.ts"],
  ["const m = await import('../codes.ts');", "../codes.ts"],
  ["const m = require('../codes.ts');", "../codes.ts"],
  ["const m = await import(name);", "(computed)"],
  ["type T = import('../codes.ts').T;", "../codes.ts"],
  ["import '../side-effect.ts';", "../side-effect.ts"],
])("a step that says %p is found out", (text, from) => {
  const folder = mkdtempSync(join(tmpdir(), "opm-steps-"));
  try {
    const path = join(folder, "0001-step.ts");
    writeFileSync(path, `import type { Migration } from "./migration.ts";\n${text}\n`);
    expect(reaches(path, folder)).toEqual([from]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
