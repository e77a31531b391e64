import { expect, test } from "bun:test";
import { chmod, mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { digestOf } from "../oci/digest.ts";
import { defaultCachePath, openBlobCache } from "./cache.ts";
import { bytesOf, collect, verified } from "./content/verified.ts";
import { withFolder } from "./testing/sample.ts";

const BYTES = new TextEncoder().encode("some content");
const DESCRIPTOR = { mediaType: "application/octet-stream", digest: digestOf(BYTES), size: BYTES.length };

const stream = () => verified(bytesOf(BYTES), DESCRIPTOR, "test");

test("what was added is found, by every cache of the folder", async () => {
  await withFolder(async (folder) => {
    const file = await openBlobCache(folder).add(DESCRIPTOR, stream());
    const other = openBlobCache(folder);
    expect(await other.find(DESCRIPTOR)).toBe(file);
    const content = await other.open(DESCRIPTOR);
    expect(content === undefined ? undefined : Buffer.from(await collect(content))).toEqual(Buffer.from(BYTES));
    expect(file.endsWith(join("blobs", "sha256", DESCRIPTOR.digest.slice(7)))).toBe(true);
  });
});

test("what is not there is not found", async () => {
  await withFolder(async (folder) => {
    expect(await openBlobCache(folder).find(DESCRIPTOR)).toBeUndefined();
    expect(await openBlobCache(folder).open(DESCRIPTOR)).toBeUndefined();
  });
});

test("other content than the digest's is not kept", async () => {
  await withFolder(async (folder) => {
    const wrong = verified(bytesOf(new TextEncoder().encode("same length!")), DESCRIPTOR, "test");
    expect(
      await openBlobCache(folder)
        .add(DESCRIPTOR, wrong)
        .catch((error: unknown) => error),
    ).toMatchObject({ kind: "invalid" });
    expect(await readdir(join(folder, "blobs", "sha256"))).toEqual([]);
  });
});

test.each([
  ["of the same size", "SOME CONTENT"],
  ["shorter", "so"],
])("a file that was changed, %s, is removed", async (_, text) => {
  await withFolder(async (folder) => {
    const cache = openBlobCache(folder);
    const file = await cache.add(DESCRIPTOR, stream());
    await chmod(file, 0o644);
    await writeFile(file, text);
    expect(await cache.find(DESCRIPTOR)).toBeUndefined();
    expect(await readdir(join(folder, "blobs", "sha256"))).toEqual([]);
  });
});

test.each([
  ["a folder", (file: string) => mkdir(join(file, "more"), { recursive: true })],
  ["a pipe", async (file: string) => void Bun.spawnSync(["mkfifo", file])],
  ["a link to a device", (file: string) => symlink("/dev/zero", file)],
])("%s in place of a file is removed", async (_, make) => {
  await withFolder(async (folder) => {
    const cache = openBlobCache(folder);
    const file = await cache.add(DESCRIPTOR, stream());
    await rm(file);
    await make(file);
    expect(await cache.find(DESCRIPTOR)).toBeUndefined();
    expect(await readdir(join(folder, "blobs", "sha256"))).toEqual([]);
  });
});

test("a cache that cannot be written takes nothing, and says so once", async () => {
  await withFolder(async (folder) => {
    await writeFile(join(folder, "file"), "");
    let said = 0;
    const cache = openBlobCache(join(folder, "file", "cache"), { onUnwritable: () => said++ });
    expect([await cache.takes(DESCRIPTOR.digest), await cache.takes(DESCRIPTOR.digest)]).toEqual([false, false]);
    expect(said).toBe(1);
    expect(await openBlobCache(join(folder, "cache")).takes(DESCRIPTOR.digest)).toBe(true);
  });
});

/** Changes the content and nothing else that is quick to see: size, time of change and mode stay. */
async function alter(file: string, text: string): Promise<void> {
  const { mtime, mode } = await stat(file);
  await chmod(file, 0o644);
  await writeFile(file, text);
  await chmod(file, mode);
  await utimes(file, mtime, mtime);
}

test.each(["find", "open", "copyTo"] as const)("%s takes no altered file that kept its size and time, and removes it", async (use) => {
  await withFolder(async (folder) => {
    const cache = openBlobCache(join(folder, "cache"));
    const file = await cache.add(DESCRIPTOR, stream());
    await utimes(file, 1, 1);
    await alter(file, "SOME CONTENT");
    const copy = join(folder, "copy");
    expect(await (use === "copyTo" ? cache.copyTo(DESCRIPTOR, copy) : cache[use](DESCRIPTOR))).toBe(use === "copyTo" ? false : undefined);
    expect(await readdir(folder)).toEqual(["cache"]);
    expect(await readdir(join(folder, "cache", "blobs", "sha256"))).toEqual([]);
  });
});

test("a file that was touched only is used", async () => {
  await withFolder(async (folder) => {
    const cache = openBlobCache(folder);
    const file = await cache.add(DESCRIPTOR, stream());
    await utimes(file, 5, 5);
    expect(await cache.find(DESCRIPTOR)).toBe(file);
  });
});

test("damage while it is read is found, and the file removed", async () => {
  await withFolder(async (folder) => {
    const cache = openBlobCache(folder);
    const file = await cache.add(DESCRIPTOR, stream());
    const content = (await cache.open(DESCRIPTOR)) ?? bytesOf(BYTES);
    await alter(file, "SOME CONTENT");
    expect(await collect(content).catch((error: unknown) => error)).toMatchObject({ kind: "invalid" });
    expect(await cache.find(DESCRIPTOR)).toBeUndefined();
  });
});

test("a copy is made as the blob is, also while it is taken in", async () => {
  await withFolder(async (folder) => {
    const cache = openBlobCache(join(folder, "cache"));
    await cache.add(DESCRIPTOR, stream(), { copyTo: join(folder, "one") });
    expect(await cache.copyTo(DESCRIPTOR, join(folder, "two"))).toBe(true);
    for (const name of ["one", "two"]) expect(await readFile(join(folder, name), "utf8")).toBe("some content");
  });
});

test("a descriptor of another size neither gets the blob nor removes it", async () => {
  await withFolder(async (folder) => {
    const cache = openBlobCache(join(folder, "cache"));
    const file = await cache.add(DESCRIPTOR, stream());
    expect(await cache.find({ ...DESCRIPTOR, size: 5 })).toBeUndefined();
    expect(await cache.copyTo({ ...DESCRIPTOR, size: 5 }, join(folder, "copy"))).toBe(false);
    expect(await cache.find(DESCRIPTOR)).toBe(file);
  });
});

test("many at once leave one file", async () => {
  await withFolder(async (folder) => {
    await Promise.all(Array.from({ length: 20 }, () => openBlobCache(folder).add(DESCRIPTOR, stream())));
    expect(await readdir(join(folder, "blobs", "sha256"))).toEqual([DESCRIPTOR.digest.slice(7)]);
  });
});

test("the place is OPM_CACHE, else the user's cache folder", () => {
  expect(defaultCachePath({ OPM_CACHE: "/c", XDG_CACHE_HOME: "/x", HOME: "/h" })).toBe("/c");
  expect(defaultCachePath({ XDG_CACHE_HOME: "/x", HOME: "/h" })).toBe("/x/opm");
  expect(defaultCachePath({ XDG_CACHE_HOME: "relative", HOME: "/h" })).toBe("/h/.cache/opm");
  expect(defaultCachePath({})).toBeUndefined();
});
