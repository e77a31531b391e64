import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeSplit } from "./write-split.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "opm-split-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const file = (name: string, text: string) => ({ name, text: new TextEncoder().encode(text) });

test("files come into a folder that is made", async () => {
  const target = join(folder, "a", "b");
  await writeSplit(target, [file("x.yaml", "x"), file("y.yaml", "y")]);
  expect((await readdir(target)).sort()).toEqual(["x.yaml", "y.yaml"]);
});

test("files of others stay, those of the same name are replaced", async () => {
  await writeFile(join(folder, "notes.txt"), "mine");
  await writeSplit(folder, [file("x.yaml", "1")]);
  await writeSplit(folder, [file("x.yaml", "2")]);
  expect((await readdir(folder)).sort()).toEqual(["notes.txt", "x.yaml"]);
  expect(await readFile(join(folder, "x.yaml"), "utf8")).toBe("2");
});

test("a folder in the place of a file refuses all", async () => {
  await writeSplit(folder, [file("x.yaml", "1")]);
  await mkdir(join(folder, "y.yaml"));
  const error = await writeSplit(folder, [file("x.yaml", "2"), file("y.yaml", "2")]).catch((error) => error);
  expect(error.message).toContain("y.yaml is a folder");
  expect((await readdir(folder)).sort()).toEqual(["x.yaml", "y.yaml"]);
  expect(await readFile(join(folder, "x.yaml"), "utf8")).toBe("1");
});

test("what cannot be written leaves nothing", async () => {
  await writeSplit(folder, [file("x.yaml", "1")]);
  const error = await writeSplit(folder, [file("x.yaml", "2"), file(`${"n".repeat(300)}.yaml`, "2")]).catch((error) => error);
  expect(error.message).toContain("its name is too long");
  expect(await readdir(folder)).toEqual(["x.yaml"]);
  expect(await readFile(join(folder, "x.yaml"), "utf8")).toBe("1");
});
