import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
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
    size: BYTES.length,
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
  expect(await readdir(folder)).toEqual(["opm-cue"]);
});

test("many at once leave one file", async () => {
  await Promise.all(Array.from({ length: 8 }, () => unpack()));
  expect(await readdir(folder)).toEqual(["opm-cue"]);
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
