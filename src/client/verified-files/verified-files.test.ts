import { expect, test } from "bun:test";
import { chmod, copyFile, link, mkdir, readdir, readFile, rename, rm, stat, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { digestOf } from "../../oci/digest.ts";
import { withFolder } from "../testing/sample.ts";
import { keepsChangeTimes } from "./file-system-clock.ts";
import { readRecord, writeRecord } from "./record-file.ts";
import { openVerifiedFiles, recordsFolder, type VerifiedFilesOptions } from "./verified-files.ts";

/** Large enough that it is waited for until it is old enough. */
const BYTES = Buffer.alloc(17 * 2 ** 20, "content ");
const CONTENT = { digest: digestOf(BYTES), size: BYTES.length };

/** What is noted of the file is not true: who answers as it says has not read it. */
const NOTED = { digest: digestOf(Buffer.from("else")), size: BYTES.length };

interface Setting {
  readonly folder: string;
  readonly path: string;
  readonly records: string;
  /** The file of the record. */
  readonly record: string;
  isTrusted(options?: VerifiedFilesOptions): Promise<boolean>;
}

/** A folder with one file, which was placed there and noted. */
async function withNoted(work: (setting: Setting) => Promise<void>): Promise<void> {
  await withFolder(async (root) => {
    const [folder, cache, path] = [join(root, "folder"), join(root, "cache"), join(root, "folder", "file")];
    await mkdir(folder);
    await put(root, folder, cache);
    const [name = ""] = await readdir(recordsFolder(cache));
    const isTrusted = (options: VerifiedFilesOptions = { cache }) => openVerifiedFiles(folder, options).holds(path, NOTED);
    await work({ folder, path, records: recordsFolder(cache), record: join(recordsFolder(cache), name), isTrusted });
  });
}

async function put(root: string, folder: string, cache: string): Promise<void> {
  await writeFile(join(root, "partial"), BYTES);
  const files = openVerifiedFiles(folder, { cache });
  await files.place(join(root, "partial"), join(folder, "file"), NOTED);
  await files.save();
}

test("what was noted is not read again, by whatever process; without the record, and to verify, it is", async () => {
  await withNoted(async ({ folder, path, records, isTrusted }) => {
    expect(await isTrusted()).toBe(await keepsChangeTimes(folder));
    const cache = join(records, "..");
    for (const options of [{}, { cache, verify: true }, { cache: join(folder, "none") }]) expect(await isTrusted(options)).toBe(false);
    expect(await openVerifiedFiles(folder, { cache, verify: true }).holds(path, CONTENT)).toBe(true);
  });
});

/** Puts size and time back, as one does who does not want to be noticed. */
async function alter(path: string, through = path): Promise<void> {
  const { atime, mtime } = await stat(path);
  await writeFile(through, BYTES);
  await utimes(path, atime, mtime);
}

test.each<readonly [string, (path: string) => Promise<void>]>([
  ["changed within the second, its size and time put back", (path) => alter(path)],
  [
    "changed through another name",
    async (path) => {
      await link(path, `${path}.link`);
      await alter(path, `${path}.link`);
      await rm(`${path}.link`);
    },
  ],
  [
    "renamed over, by one of the same size and time",
    async (path) => {
      const { atime, mtime } = await stat(path);
      await copyFile(path, `${path}.other`);
      await utimes(`${path}.other`, atime, mtime);
      await rename(`${path}.other`, path);
    },
  ],
  [
    "replaced by a link to a copy",
    async (path) => {
      await copyFile(path, `${path}.other`);
      await rm(path);
      await symlink(`${path}.other`, path);
    },
  ],
  ["of another mode", (path) => chmod(path, 0o600)],
  ["cut off", (path) => truncate(path, 5)],
])("a file is read again that was %s", async (_, change) => {
  await withNoted(async ({ path, isTrusted }) => {
    await change(path);
    expect(await isTrusted()).toBe(false);
  });
});

test.each<readonly [string, (setting: Setting) => Promise<void>]>([
  ["truncated", async ({ record }) => truncate(record, (await stat(record)).size - 1)],
  ["empty", ({ record }) => truncate(record)],
  ["of other content", async ({ record }) => writeFile(record, (await readFile(record, "utf8")).replace('"file"', '"fila"'))],
  ["to be written by others", ({ record }) => chmod(record, 0o620)],
  ["a folder", ({ record }) => rm(record).then(() => mkdir(record))],
  [
    "a link",
    async ({ record }) => {
      await rename(record, `${record}.moved`);
      await symlink(`${record}.moved`, record);
    },
  ],
  [
    "of a time that has not come, as the clock was set back",
    async ({ records, folder }) => {
      const found = await readRecord(records, folder);
      if (found !== undefined) await writeRecord(records, { ...found, writtenAt: found.writtenAt + 60_000_000_000n });
    },
  ],
])("a record is none that is %s", async (_, damage) => {
  await withNoted(async (setting) => {
    await damage(setting);
    expect(await setting.isTrusted()).toBe(false);
  });
});

test("a file that was read is noted then; a dry run notes nothing", async () => {
  await withNoted(async ({ folder, path, record, records }) => {
    await rm(record);
    const cache = join(records, "..");
    const dry = openVerifiedFiles(folder, { cache, dryRun: true });
    expect(await dry.holds(path, CONTENT)).toBe(true);
    await dry.save();
    expect(await readdir(records)).toEqual([]);
    const files = openVerifiedFiles(folder, { cache });
    expect(await files.holds(path, CONTENT)).toBe(true);
    await files.save();
    expect((await readRecord(records, folder))?.files.get("file") !== undefined).toBe(await keepsChangeTimes(folder));
    expect((await stat(record)).mode & 0o777).toBe(0o600);
  });
});

test("of little that was placed nothing is written down before it is read again; of much of little all is", async () => {
  await withFolder(async (root) => {
    const [cache, bytes] = [join(root, "cache"), Buffer.alloc(100_000, "little ")];
    const content = { digest: digestOf(bytes), size: bytes.length };
    const placeAll = async (count: number) => {
      const files = openVerifiedFiles(root, { cache });
      for (let at = 0; at < count; at++) {
        await writeFile(join(root, "partial"), bytes);
        await files.place(join(root, "partial"), join(root, `file${at}`), content);
      }
      // the files must be older than the record
      await Bun.sleep(50);
      await files.save();
      return (await readRecord(recordsFolder(cache), root))?.files.size;
    };
    expect(await placeAll(2)).toBeUndefined();
    const reader = openVerifiedFiles(root, { cache });
    expect(await reader.holds(join(root, "file0"), content)).toBe(true);
    await reader.save();
    const isKept = await keepsChangeTimes(root);
    expect((await readRecord(recordsFolder(cache), root))?.files.size).toBe(isKept ? 1 : undefined);
    expect(await placeAll(11)).toBe(isKept ? 11 : undefined);
  });
});

test("of several who place a file at once, none notes that of another", async () => {
  await withFolder(async (root) => {
    const [cache, path] = [join(root, "cache"), join(root, "file")];
    const versions = Array.from({ length: 8 }, (_, at) => Buffer.alloc(1_100_000, `version ${at} `));
    for (let round = 0; round < 5; round++) {
      const open = versions.map((bytes, at) => ({ bytes, partial: join(root, `partial${at}`), files: openVerifiedFiles(root, { cache }) }));
      await Promise.all(
        open.map(async ({ bytes, partial, files }) => {
          await writeFile(partial, bytes);
          await files.place(partial, path, { digest: digestOf(bytes), size: bytes.length });
          await files.save();
        }),
      );
      const there = digestOf(await readFile(path));
      for (const { bytes } of open) {
        const digest = digestOf(bytes);
        expect(await openVerifiedFiles(root, { cache }).holds(path, { digest, size: bytes.length })).toBe(digest === there);
      }
    }
    expect((await readdir(recordsFolder(cache))).filter((name) => name.includes("."))).toEqual([]);
  });
});
