import { expect, test } from "bun:test";
import { chmod, mkdir, readdir, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { OCI_IMAGE_INDEX } from "../oci/media-types.ts";
import { parseTag } from "../oci/tag.ts";
import { openBlobCache } from "./cache.ts";
import type { ContentTarget } from "./content/content.ts";
import { openLayoutFolder, openLayoutFolderTarget } from "./content/layout-folder.ts";
import { TITLE } from "./file-names.ts";
import { type PullOptions, pullArtifact } from "./pull.ts";
import { pushFiles } from "./push.ts";
import { requirePlatform } from "./select-platform.ts";
import { manifestOf, putBlob, withFolder, writeSample } from "./testing/sample.ts";

const V1 = parseTag("v1");
const TYPE = "application/vnd.example.thing.v1+json";

interface Setting {
  readonly folder: string;
  readonly out: string;
  readonly target: ContentTarget;
  pull(options?: Partial<PullOptions>): Promise<unknown>;
}

async function withLayout(run: (setting: Setting) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const out = join(folder, "out");
    const target = await openLayoutFolderTarget(join(folder, "layout"));
    const pull = async (options: Partial<PullOptions> = {}) =>
      await pullArtifact(await openLayoutFolder(join(folder, "layout")), V1, { output: out, ...options }).catch((error: unknown) => error);
    await run({ folder, out, target, pull });
  });
}

/** An artifact whose layers have these titles; the content of each is its title. */
async function putTitled(target: ContentTarget, titles: readonly string[]): Promise<void> {
  const layers = await Promise.all(titles.map(async (title) => ({ ...(await putBlob(target, `content of ${title}`)), annotations: { [TITLE]: title } })));
  await target.putManifest(manifestOf({ artifactType: TYPE, config: await putBlob(target, "{}", TYPE), layers }), { tags: [V1] });
}

test("files that were pushed are pulled under their names", async () => {
  await withLayout(async ({ folder, out, target, pull }) => {
    await mkdir(join(folder, "in"));
    for (const name of ["a.txt", "b.txt"]) await writeFile(join(folder, "in", name), name);
    const files = [{ path: join(folder, "in", "a.txt") }, { path: join(folder, "in", "b.txt"), title: "deep/er/b.txt", mediaType: "text/plain" }];
    const pushed = await pushFiles(target, files, { type: TYPE, tags: [V1], annotations: { z: "1", a: "2" } });
    expect(await pull()).toMatchObject({ artifactType: TYPE, annotations: { a: "2", z: "1" }, descriptor: pushed.descriptor, bytesReceived: 10 });
    expect(await Bun.file(join(out, "a.txt")).text()).toBe("a.txt");
    expect(await Bun.file(join(out, "deep/er/b.txt")).text()).toBe("b.txt");
    expect(await pull()).toMatchObject({ bytesReceived: 0 });
    await writeFile(join(out, "a.txt"), "B.txt");
    expect(await pull()).toMatchObject({ bytesReceived: 5 });
    expect(await Bun.file(join(out, "a.txt")).text()).toBe("a.txt");
  });
});

test("a dry run tells what would be downloaded, and writes nothing", async () => {
  await withLayout(async ({ folder, out, target, pull }) => {
    await putTitled(target, ["a", "b"]);
    const cache = openBlobCache(join(folder, "cache"));
    const plan = (downloaded: readonly boolean[]) => ({ files: ["a", "b"].map((name, n) => ({ name, downloaded: downloaded[n] })) });
    expect(await pull({ dryRun: true, cache })).toMatchObject({ ...plan([true, true]), bytesReceived: 24 });
    expect(await readdir(folder)).toEqual(["layout"]);
    await pull({ cache });
    await rm(join(out, "a"));
    expect(await pull({ dryRun: true, cache })).toMatchObject({ ...plan([false, false]), bytesReceived: 0 });
    expect(await pull({ dryRun: true })).toMatchObject({ ...plan([true, false]), bytesReceived: 12 });
    expect(await readdir(out)).toEqual(["b"]);
  });
});

test.each(["../evil", "/etc/evil", "a/../../evil", "a\\..\\evil", "C:/evil", "", ".", "a/", "nul\0l", "esc\u001b[2J", "x".repeat(300)])(
  "a title %j is refused before anything is written",
  async (title) => {
    await withLayout(async ({ folder, out, target, pull }) => {
      await putTitled(target, ["fine.txt", title]);
      const error = await pull();
      expect(error).toMatchObject({ name: "ClientError", kind: "invalid" });
      expect(await readdir(out).catch(() => [])).toEqual([]);
      expect((await readdir(folder)).sort()).toEqual(["layout"]);
    });
  },
);

test.each([[["a", "a"]], [["a", "a/b"]], [["x/y", "x"]]])("titles %j that exclude one another are refused", async (titles) => {
  await withLayout(async ({ target, pull }) => {
    const layers = await Promise.all(titles.map(async (title, at) => ({ ...(await putBlob(target, String(at))), annotations: { [TITLE]: title } })));
    await target.putManifest(manifestOf({ config: await putBlob(target, "{}"), layers }), { tags: [V1] });
    expect(await pull()).toMatchObject({ kind: "invalid" });
  });
});

test("a link in the output folder does not lead out of it; a link in a file's place is replaced", async () => {
  await withLayout(async ({ folder, out, target, pull }) => {
    await putTitled(target, ["sub/file.txt", "link.txt"]);
    await mkdir(join(folder, "elsewhere"));
    await mkdir(out);
    await symlink(join(folder, "elsewhere"), join(out, "sub"));
    expect(await pull()).toMatchObject({ kind: "invalid" });
    expect(await readdir(join(folder, "elsewhere"))).toEqual([]);
    await rm(join(out, "sub"));
    await writeFile(join(folder, "elsewhere", "precious"), "x");
    await symlink(join(folder, "elsewhere", "precious"), join(out, "link.txt"));
    expect(await pull()).toMatchObject({ files: [{ name: "sub/file.txt" }, { name: "link.txt" }] });
    expect(await Bun.file(join(folder, "elsewhere", "precious")).text()).toBe("x");
    expect(await Bun.file(join(out, "link.txt")).text()).toBe("content of link.txt");
  });
});

test("nothing is made behind a link that leads out, nor anything else then", async () => {
  await withLayout(async ({ folder, out, target, pull }) => {
    await putTitled(target, ["first/file.txt", "sub/a/b/file.txt", "last.txt"]);
    await mkdir(join(folder, "elsewhere"));
    await mkdir(out);
    for (const leads of [join(folder, "elsewhere"), "../elsewhere", "..", join(folder, "nowhere"), "/"]) {
      await symlink(leads, join(out, "sub"));
      expect(await pull()).toMatchObject({ kind: "invalid", message: expect.stringContaining("through a link") });
      expect(await readdir(out)).toEqual(["sub"]);
      expect((await readdir(folder)).sort()).toEqual(["elsewhere", "layout", "out"]);
      expect(await readdir(join(folder, "elsewhere"))).toEqual([]);
      await rm(join(out, "sub"));
    }
    await mkdir(join(out, "inner"));
    await symlink("inner", join(out, "sub"));
    expect(await pull()).toMatchObject({ files: [{}, { name: "sub/a/b/file.txt" }, {}] });
    expect(await Bun.file(join(out, "inner", "a", "b", "file.txt")).text()).toBe("content of sub/a/b/file.txt");
  });
});

test("when one file cannot be had none gets its name", async () => {
  await withLayout(async ({ folder, out, target, pull }) => {
    await putTitled(target, ["one.txt", "two.txt"]);
    const blobs = join(folder, "layout", "blobs", "sha256");
    for (const name of await readdir(blobs))
      if ((await Bun.file(join(blobs, name)).text()) === "content of two.txt") await writeFile(join(blobs, name), "Content of two.txt");
    expect(await pull()).toMatchObject({ kind: "invalid" });
    expect(await readdir(out)).toEqual([]);
    expect(await pull({ cache: openBlobCache(join(folder, "cache")) })).toMatchObject({ kind: "invalid" });
    expect(await readdir(out)).toEqual([]);
  });
});

test("what the cache has is not downloaded", async () => {
  await withLayout(async ({ folder, target, pull }) => {
    await putTitled(target, ["one.txt", "two.txt"]);
    const cache = openBlobCache(join(folder, "cache"));
    expect(await pull({ cache })).toMatchObject({ bytesReceived: 36 });
    await rm(join(folder, "layout", "blobs", "sha256"), { recursive: true });
    await putTitled(target, ["one.txt", "three.txt"]);
    expect(await pull({ cache, output: join(folder, "second") })).toMatchObject({ bytesReceived: 20, files: [{ downloaded: false }, { downloaded: true }] });
    await writeFile(join(folder, "second", "one.txt"), "mine to change");
  });
});

test("a pulled file that was changed, its size and time put back, is pulled again", async () => {
  await withLayout(async ({ folder, target, pull, out }) => {
    const title = "large.bin";
    const layer = { ...(await putBlob(target, "content ".repeat(20_000))), annotations: { [TITLE]: title } };
    await target.putManifest(manifestOf({ artifactType: TYPE, config: await putBlob(target, "{}", TYPE), layers: [layer] }), { tags: [V1] });
    const cache = openBlobCache(join(folder, "cache"));
    await pull({ cache });
    for (const expected of [{ downloaded: false }, { downloaded: false }]) expect(await pull({ cache })).toMatchObject({ files: [expected] });
    const { mtime, atime } = await stat(join(out, title));
    await writeFile(join(out, title), "Content ".repeat(20_000));
    await utimes(join(out, title), atime, mtime);
    await rm(join(folder, "cache", "blobs"), { recursive: true });
    expect(await pull({ cache, dryRun: true })).toMatchObject({ files: [{ downloaded: true }] });
    expect(await pull({ cache, verify: true })).toMatchObject({ files: [{ downloaded: true }] });
    expect(await Bun.file(join(out, title)).text()).toBe("content ".repeat(20_000));
  });
});

test("what the cache has altered is downloaded, whatever its size and time say", async () => {
  await withLayout(async ({ folder, target, pull, out }) => {
    await putTitled(target, ["one.txt"]);
    const cache = openBlobCache(join(folder, "cache"));
    expect(await pull({ cache })).toMatchObject({ bytesReceived: 18 });
    const path = (await readdir(join(folder, "cache", "blobs", "sha256"))).map((name) => join(folder, "cache", "blobs", "sha256", name)).join();
    const { mtime, atime } = await stat(path);
    await chmod(path, 0o644);
    await writeFile(path, "Content of one.txt");
    await utimes(path, atime, mtime);
    await rm(out, { recursive: true });
    expect(await pull({ cache, dryRun: true })).toMatchObject({ bytesReceived: 18 });
    await writeFile(path, "Content of one.txt");
    expect(await pull({ cache })).toMatchObject({ files: [{ downloaded: true }] });
    expect(await Bun.file(join(out, "one.txt")).text()).toBe("content of one.txt");
    expect(await Bun.file(path).text()).toBe("content of one.txt");
    expect(await readdir(out)).toEqual(["one.txt"]);
  });
});

test("a cache that cannot be written is done without", async () => {
  await withLayout(async ({ folder, target, pull }) => {
    await putTitled(target, ["a"]);
    await writeFile(join(folder, "file"), "");
    expect(await pull({ cache: openBlobCache(join(folder, "file", "cache")) })).toMatchObject({ files: [{ name: "a", downloaded: true }] });
  });
});

test("a type that was not asked for is refused before anything is downloaded", async () => {
  await withLayout(async ({ out, target, pull }) => {
    await putTitled(target, ["one.txt"]);
    const error = await pull({ acceptType: (type) => type === "application/vnd.example.other.v1" });
    expect(error).toMatchObject({ kind: "refused" });
    expect(String(error)).toContain(TYPE);
    expect(await readdir(out).catch(() => "absent")).toBe("absent");
    expect(await pull({ acceptType: (type) => type === TYPE })).toMatchObject({ artifactType: TYPE });
  });
});

test("layers without titles are named by their digests, those of the platform", async () => {
  await withLayout(async ({ target, pull }) => {
    const { images } = await writeSample(target);
    const [first, second] = images;
    expect(await pull({ platform: requirePlatform("linux/aarch64") })).toMatchObject({ descriptor: second?.descriptor, bytesReceived: 26 });
    expect(await pull({ platform: requirePlatform("linux/x86_64") })).toMatchObject({ descriptor: first?.descriptor });
    expect(await pull({ platform: requirePlatform("plan9/arm64") })).toMatchObject({ kind: "not-found" });
  });
});

test("the platform is found in an index inside an index, and where only configs say it", async () => {
  await withLayout(async ({ target, pull }) => {
    const { images } = await writeSample(target);
    const bare = images.map(({ descriptor }) => descriptor);
    const inner = manifestOf({ mediaType: OCI_IMAGE_INDEX, manifests: bare });
    await target.putManifest(inner);
    for (const manifests of [bare, [inner.descriptor], [{ ...inner.descriptor, platform: { os: "linux", architecture: "arm64" } }]]) {
      await target.putManifest(manifestOf({ mediaType: OCI_IMAGE_INDEX, manifests, annotations: { n: String(manifests.length) } }), { tags: [V1] });
      expect(await pull({ platform: requirePlatform("linux/aarch64") })).toMatchObject({ descriptor: bare[1] });
    }
    expect(await pull({ platform: requirePlatform("linux/s390x") })).toMatchObject({
      kind: "not-found",
      message: expect.stringContaining("has nothing for linux/s390x"),
    });
  });
});

test("equal input makes an equal manifest, with its type in both places", async () => {
  await withLayout(async ({ folder, target }) => {
    const path = join(folder, "a.txt");
    await writeFile(path, "a");
    const push = (annotations: Record<string, string>) => pushFiles(target, [{ path }], { type: TYPE, tags: [V1], annotations });
    expect(await push({ b: "1", a: "2" })).toEqual({ ...(await push({ a: "2", b: "1" })), bytesSent: 3 });
    const { bytes } = await target.manifest(V1);
    expect(JSON.parse(new TextDecoder().decode(bytes))).toMatchObject({
      artifactType: TYPE,
      config: { mediaType: TYPE, size: 2 },
      layers: [{ annotations: { [TITLE]: "a.txt" } }],
    });
  });
});

test("a push for a platform becomes an entry of an index; another platform joins it, the same one replaces it", async () => {
  await withLayout(async ({ folder, target, pull }) => {
    const path = join(folder, "a.txt");
    const push = async (text: string, architecture: string) => {
      await writeFile(path, text);
      return await pushFiles(target, [{ path }], { type: TYPE, tags: [V1], platform: { os: "linux", architecture } });
    };
    await push("for arm", "arm64");
    await push("wrong", "amd64");
    const last = await push("for amd", "amd64");
    const index = JSON.parse(new TextDecoder().decode((await target.manifest(V1)).bytes));
    expect(index).toMatchObject({
      artifactType: TYPE,
      manifests: [{ digest: last.descriptor.digest, platform: { architecture: "amd64" } }, { platform: { architecture: "arm64" } }],
    });
    expect(index.manifests).toHaveLength(2);
    expect(await pull({ platform: requirePlatform("linux/arm64") })).toMatchObject({ bytesReceived: 7 });
  });
});

test("what is attached refers to its subject", async () => {
  await withLayout(async ({ folder, target }) => {
    await putTitled(target, ["one.txt"]);
    await writeFile(join(folder, "sbom.json"), "{}");
    const about = (await target.manifest(V1)).descriptor;
    const sbom = { type: "application/spdx+json", tags: [], subject: about };
    const { descriptor } = await pushFiles(target, [{ path: join(folder, "sbom.json") }], sbom);
    const source = await openLayoutFolder(join(folder, "layout"));
    expect(await source.referrers(about.digest)).toMatchObject([{ digest: descriptor.digest, artifactType: "application/spdx+json" }]);
  });
});

test.each([
  ["a type that is none", "thing", {}, "which is no media type"],
  ["a title that leads out", TYPE, { title: "../x" }, "leads out of the folder"],
  ["a layer type that is none", TYPE, { mediaType: "x" }, "which is no media type"],
])("%s is refused", async (_, type, file, message) => {
  await withLayout(async ({ folder, target }) => {
    await writeFile(join(folder, "a"), "a");
    const error = await pushFiles(target, [{ path: join(folder, "a"), ...file }], { type, tags: [V1] }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: "invalid" });
    expect(String(error)).toContain(message);
  });
});

test("a file that is not there is named", async () => {
  await withLayout(async ({ folder, target }) => {
    const error = await pushFiles(target, [{ path: join(folder, "absent") }], { type: TYPE, tags: [V1] }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: "not-found" });
    expect(String(error)).toContain("there is no such file or folder");
  });
});
