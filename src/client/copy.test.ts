import { expect, test } from "bun:test";
import { chmod, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { digestEncoded, digestOf } from "../oci/digest.ts";
import { parseTag } from "../oci/tag.ts";
import { openBlobCache } from "./cache.ts";
import type { ContentSource, ContentTarget } from "./content/content.ts";
import { openLayoutArchive } from "./content/layout-archive.ts";
import { openLayoutArchiveTarget } from "./content/layout-archive-target.ts";
import { openLayoutFolder, openLayoutFolderTarget } from "./content/layout-folder.ts";
import { bytesOf } from "./content/verified.ts";
import { copyArtifact } from "./copy.ts";
import type { ProgressEvent } from "./progress.ts";
import { requirePlatform } from "./select-platform.ts";
import { manifestOf, putBlob, type Sample, withFolder, writeSample } from "./testing/sample.ts";

const V1 = parseTag("v1");

interface Setting {
  readonly source: ContentSource;
  readonly target: ContentTarget;
  readonly folder: string;
  readonly sample: Sample;
}

async function withSample(run: (setting: Setting) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const written = await openLayoutFolderTarget(join(folder, "from"));
    const sample = await writeSample(written);
    await written.close();
    await run({ source: await openLayoutFolder(join(folder, "from")), target: await openLayoutFolderTarget(join(folder, "to")), folder, sample });
  });
}

test("an index comes with all it needs, each blob once, and what is there is not copied again", async () => {
  await withSample(async ({ source, target, folder, sample }) => {
    const first = await copyArtifact({ source, reference: V1 }, { target, tags: [V1] });
    // two configs, two layers and the shared one; two images and the index
    expect(first).toMatchObject({ copied: 8, skipped: 0, mounted: 0, descriptor: sample.index.descriptor });
    const copy = await openLayoutFolder(join(folder, "to"));
    expect(await copy.tags()).toEqual([V1]);
    expect(await copy.manifest(V1)).toEqual(sample.index);
    const again = await copyArtifact({ source, reference: V1 }, { target, tags: [V1] });
    expect(again).toMatchObject({ copied: 0, skipped: 8, bytesSent: 0 });
  });
});

test.each([
  ["is changed, its size and time put back,", async (blob: string) => alterInPlace(blob)],
  ["is gone", (blob: string) => rm(blob)],
])("a blob that %s in a folder is copied again, also where its manifest is there", async (_, damage) => {
  await withFolder(async (folder) => {
    const from = await openLayoutFolderTarget(join(folder, "from"));
    const layer = await putBlob(from, "content ".repeat(20_000));
    await from.putManifest(manifestOf({ config: await putBlob(from, "{}"), layers: [layer] }), { tags: [V1] });
    const options = { cache: join(folder, "cache") };
    const copy = async () => {
      const target = await openLayoutFolderTarget(join(folder, "to"), options);
      const { copied } = await copyArtifact({ source: await openLayoutFolder(join(folder, "from")), reference: V1 }, { target, tags: [V1] });
      await target.close();
      return copied;
    };
    expect([await copy(), await copy(), await copy()]).toEqual([3, 0, 0]);
    const blob = join(folder, "to", "blobs", "sha256", digestEncoded(layer.digest));
    await damage(blob);
    expect([await copy(), await copy()]).toEqual([1, 0]);
    expect(digestOf(await readFile(blob))).toBe(layer.digest);
  });
});

async function alterInPlace(path: string): Promise<void> {
  const { atime, mtime } = await stat(path);
  await writeFile(path, "Content ".repeat(20_000));
  await utimes(path, atime, mtime);
}

test("referrers come along when they are wanted", async () => {
  await withSample(async ({ source, target, folder, sample }) => {
    await copyArtifact({ source, reference: V1 }, { target, tags: [V1] }, { recursive: true });
    const copy = await openLayoutFolder(join(folder, "to"));
    const [image] = sample.images;
    expect(await copy.referrers(image?.descriptor.digest ?? sample.index.descriptor.digest)).toEqual([
      { ...sample.signature.descriptor, artifactType: "application/vnd.example.signature.v1" },
    ]);
  });
});

test("one platform is copied in place of the index", async () => {
  await withSample(async ({ source, target, sample }) => {
    const platform = requirePlatform("linux/arm64");
    const { descriptor, copied } = await copyArtifact({ source, reference: V1 }, { target, tags: [V1] }, { platform });
    expect(descriptor).toEqual(sample.images[1]?.descriptor ?? sample.index.descriptor);
    expect(copied).toBe(4);
    const absent = await copyArtifact({ source, reference: V1 }, { target, tags: [V1] }, { platform: requirePlatform("windows/amd64") }).catch(
      (error: unknown) => error,
    );
    expect(absent).toMatchObject({ kind: "not-found" });
    expect(String(absent)).toContain("it has linux/amd64, linux/arm64");
  });
});

test("an archive has the same as the folder it came from", async () => {
  await withSample(async ({ source, target, folder, sample }) => {
    const path = join(folder, "a.tar");
    const archive = await openLayoutArchiveTarget(path);
    await copyArtifact({ source, reference: V1 }, { target: archive, tags: [V1] }, { recursive: true });
    expect(await Bun.file(path).exists()).toBe(false);
    await archive.close();
    const reading = await openLayoutArchive(path);
    await copyArtifact({ source: reading, reference: V1 }, { target, tags: [V1] }, { recursive: true });
    const copy = await openLayoutFolder(join(folder, "to"));
    expect(await copy.manifest(V1)).toEqual(sample.index);
    expect(await copy.referrers(sample.images[0]?.descriptor.digest ?? sample.index.descriptor.digest)).toHaveLength(1);
  });
});

test("each blob ends with one event", async () => {
  await withSample(async ({ source, target }) => {
    const events: ProgressEvent[] = [];
    await copyArtifact({ source, reference: V1 }, { target, tags: [V1] }, { onProgress: (event) => events.push(event) });
    const ended = events.filter(({ state }) => state === "done" || state === "skipped").map(({ digest }) => digest);
    expect(ended).toHaveLength(8);
    expect(new Set(ended).size).toBe(8);
    expect(events.every(({ bytes, total }) => bytes <= total)).toBe(true);
  });
});

test("a copy that fails leaves no tag, and no archive", async () => {
  await withSample(async ({ source, target, folder, sample }) => {
    const [image] = sample.images;
    const hex = /"digest":"sha256:([0-9a-f]+)"/.exec(new TextDecoder().decode(image?.bytes))?.[1] ?? "";
    await rm(join(folder, "from", "blobs", "sha256", hex));
    const error = await copyArtifact({ source, reference: V1 }, { target, tags: [V1] }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: "not-found" });
    expect(await (await openLayoutFolder(join(folder, "to"))).tags()).toEqual([]);
    const archive = await openLayoutArchiveTarget(join(folder, "a.tar"));
    await copyArtifact({ source, reference: V1 }, { target: archive, tags: [V1] }).catch(() => {});
    await archive.close();
    expect([...new Bun.Glob("a.tar*").scanSync({ cwd: folder })]).toEqual([]);
  });
});

test("damaged content is not copied", async () => {
  await withSample(async ({ source, target, folder }) => {
    const layer = [...new Bun.Glob("blobs/sha256/*").scanSync({ cwd: join(folder, "from"), absolute: true })];
    for (const file of layer) if ((await Bun.file(file).text()) === "shared layer") await Bun.write(file, "Shared layer");
    const error = await copyArtifact({ source, reference: V1 }, { target, tags: [V1] }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: "invalid" });
    expect(String(error)).toContain("is not what its digest says");
    expect([...new Bun.Glob("blobs/sha256/*").scanSync({ cwd: join(folder, "to") })]).not.toContain("partial");
  });
});

test("indexes inside indexes are followed so far and no further", async () => {
  await withFolder(async (folder) => {
    const written = await openLayoutFolderTarget(join(folder, "from"));
    const mediaType = "application/vnd.oci.image.index.v1+json";
    let inner = manifestOf({ mediaType, manifests: [] });
    await written.putManifest(inner);
    for (let depth = 0; depth < 20; depth++) {
      inner = manifestOf({ mediaType, manifests: [inner.descriptor] });
      await written.putManifest(inner, depth === 5 ? { tags: [parseTag("fine")] } : { tags: [parseTag("deep")] });
    }
    const source = await openLayoutFolder(join(folder, "from"));
    const target = await openLayoutFolderTarget(join(folder, "to"));
    expect(await copyArtifact({ source, reference: parseTag("fine") }, { target, tags: [V1] })).toMatchObject({ copied: 7 });
    expect(String(await copyArtifact({ source, reference: parseTag("deep") }, { target, tags: [V1] }).catch((error: unknown) => error))).toContain(
      "nests deeper than 16 levels",
    );
  });
});

test("what the cache has is not read from the source", async () => {
  await withSample(async ({ source, target, folder }) => {
    const cache = openBlobCache(join(folder, "cache"));
    const bytes = new TextEncoder().encode("shared layer");
    const descriptor = { mediaType: "application/vnd.oci.image.layer.v1.tar", digest: digestOf(bytes), size: bytes.length };
    await cache.add(descriptor, bytesOf(bytes));
    await rm(join(folder, "from", "blobs", "sha256", descriptor.digest.slice(7)));
    expect(await copyArtifact({ source, reference: V1 }, { target, tags: [V1] }, { cache })).toMatchObject({ copied: 8 });
  });
});

test("what the cache has altered is read from the source, whatever its size and time say", async () => {
  await withSample(async ({ source, target, folder }) => {
    const cache = openBlobCache(join(folder, "cache"));
    const bytes = new TextEncoder().encode("shared layer");
    const descriptor = { mediaType: "application/vnd.oci.image.layer.v1.tar", digest: digestOf(bytes), size: bytes.length };
    const file = await cache.add(descriptor, bytesOf(bytes));
    const { atime, mtime } = await stat(file);
    await chmod(file, 0o644);
    await writeFile(file, "SHARED LAYER");
    await utimes(file, atime, mtime);
    expect(await copyArtifact({ source, reference: V1 }, { target, tags: [V1] }, { cache })).toMatchObject({ copied: 8 });
    expect(await Bun.file(join(folder, "to", "blobs", "sha256", descriptor.digest.slice(7))).text()).toBe("shared layer");
  });
});

test("an abort ends it", async () => {
  await withSample(async ({ source, target }) => {
    const signal = AbortSignal.abort();
    expect(await copyArtifact({ source, reference: V1 }, { target, tags: [V1] }, { signal }).catch((error: unknown) => error)).toMatchObject({
      name: "AbortError",
    });
  });
});
