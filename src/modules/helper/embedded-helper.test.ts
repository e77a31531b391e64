import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unpackOnce } from "./embedded-helper.ts";

const BYTES = Buffer.from("#!/bin/sh\nexit 0\n");
const SHA256 = new Bun.CryptoHasher("sha256").update(BYTES).digest("hex");

let root: string;
let folder: string;
let reads: number;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "opm-unpack-"));
  folder = join(root, "opm", "helper", SHA256);
  reads = 0;
});

afterEach(() => rm(root, { recursive: true, force: true }));

const unpack = (bytes = BYTES) =>
  unpackOnce(folder, {
    sha256: SHA256,
    read: async () => {
      reads++;
      return bytes;
    },
  });

test("it is unpacked once, for its user alone", async () => {
  const file = await unpack();
  expect(await unpack()).toBe(file);
  expect(reads).toBe(1);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect((await stat(file)).mode & 0o777).toBe(0o700);
  expect(await readFile(file)).toEqual(BYTES);
  expect((await readdir(folder)).sort()).toEqual(["opm-cue", "opm-cue.checked"]);
});

test("many at once leave one file", async () => {
  await Promise.all(Array.from({ length: 8 }, () => unpack()));
  expect((await readdir(folder)).sort()).toEqual(["opm-cue", "opm-cue.checked"]);
});

test("what was changed is replaced, what was only touched is not", async () => {
  const file = await unpack();
  await writeFile(file, BYTES);
  await unpack();
  expect(reads).toBe(1);
  await writeFile(file, "#!/bin/sh\nexit 1\n");
  await unpack();
  expect(reads).toBe(2);
  expect(await readFile(file)).toEqual(BYTES);
});

test("a file of the same size, time, mode and owner in its place is not run", async () => {
  const file = await unpack();
  const { mtime } = await stat(file);
  const other = `${file}.other`;
  await writeFile(other, "#!/bin/sh\nexit 1\n", { mode: 0o700 });
  await utimes(other, mtime, mtime);
  await rename(other, file);
  await unpack();
  expect([reads, await readFile(file)]).toEqual([2, BYTES]);
});

test("bytes changed in place with the time put back are not run", async () => {
  const file = await unpack();
  const { mtime } = await stat(file);
  await writeFile(file, "#!/bin/sh\nexit 1\n");
  await utimes(file, mtime, mtime);
  await unpack();
  expect([reads, await readFile(file)]).toEqual([2, BYTES]);
});

test("a restored copy of the folder, with its note, is hashed", async () => {
  const file = await unpack();
  const { mtime } = await stat(file);
  const note = await readFile(`${file}.checked`);
  await rm(folder, { recursive: true });
  await mkdir(folder, { recursive: true });
  await writeFile(file, "#!/bin/sh\nexit 1\n", { mode: 0o700 });
  await utimes(file, mtime, mtime);
  await writeFile(`${file}.checked`, note);
  await unpack();
  expect([reads, await readFile(file)]).toEqual([2, BYTES]);
});

test("one that others could write to is replaced, right or not", async () => {
  const file = await unpack();
  const { ino } = await stat(file);
  await chmod(file, 0o777);
  await unpack();
  expect([reads, (await stat(file)).ino === ino, (await stat(file)).mode & 0o777]).toEqual([2, false, 0o700]);
});

test.each(["opm/helper", "opm", "."])("a folder %s above it that others may write to is not used", async (above) => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(join(root, above), 0o775);
  expect(await unpack().catch(String)).toContain(`${join(root, above)} is a folder that others may write to`);
  expect(reads).toBe(0);
  await chmod(join(root, above), 0o1777);
  expect(await unpack()).toBe(join(folder, "opm-cue"));
});

test("a link on the way is looked through", async () => {
  const open = join(root, "open");
  await mkdir(join(open, "opm"), { recursive: true });
  await chmod(open, 0o777);
  await symlink(open, join(root, "link"));
  folder = join(root, "link", "opm", "helper");
  expect(await unpack().catch(String)).toContain(`${open} is a folder that others may write to`);
});

test("a link is not followed", async () => {
  const file = await unpack();
  const other = join(root, "other");
  await writeFile(other, BYTES);
  await rm(file);
  await symlink(other, file);
  await unpack();
  expect((await stat(file)).ino).not.toBe((await stat(other)).ino);
});

test("a folder that others may write to is not used", async () => {
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o777);
  expect(await unpack().catch(String)).toContain("others may write to");
});

test("a damaged executable is no helper, and nothing of it stays", async () => {
  expect(await unpack(Buffer.from("#!/bin/sh\nexit 1\n")).catch(String)).toContain("damaged");
  expect(await readdir(folder)).toEqual([]);
});
