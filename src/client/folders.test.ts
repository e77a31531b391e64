import { expect, test } from "bun:test";
import { chmod, lstat, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { digestOf } from "../oci/digest.ts";
import { OCI_LAYER_TAR_GZIP } from "../oci/media-types.ts";
import { parseTag } from "../oci/tag.ts";
import { openBlobCache } from "./cache.ts";
import type { ContentTarget } from "./content/content.ts";
import { openLayoutFolder, openLayoutFolderTarget } from "./content/layout-folder.ts";
import { bytesOf } from "./content/verified.ts";
import type { FileToPush } from "./local-layers.ts";
import { type PullOptions, pullArtifact } from "./pull.ts";
import { pushFiles } from "./push.ts";
import { manifestOf, putBlob, withFolder } from "./testing/sample.ts";

const V1 = parseTag("v1");
const TYPE = "application/vnd.acme.thing.v1";

interface Layout {
  readonly folder: string;
  readonly out: string;
  readonly target: ContentTarget;
  push(...files: readonly FileToPush[]): Promise<Awaited<ReturnType<typeof pushFiles>>>;
  pull(options?: Partial<PullOptions>): Promise<unknown>;
}

async function withLayout(work: (layout: Layout) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const out = join(folder, "out");
    const target = await openLayoutFolderTarget(join(folder, "layout"));
    await work({
      folder,
      out,
      target,
      push: (...files) => pushFiles(target, files, { type: TYPE, tags: [V1] }),
      pull: async (options = {}) =>
        pullArtifact(await openLayoutFolder(join(folder, "layout")), V1, { output: out, ...options }).catch((error: unknown) => error),
    });
  });
}

async function makeTree(root: string): Promise<void> {
  await mkdir(join(root, "bin", "empty"), { recursive: true });
  await writeFile(join(root, "bin", "run.sh"), "#!/bin/sh\n");
  await chmod(join(root, "bin", "run.sh"), 0o755);
  await writeFile(join(root, "read me.txt"), "text");
  await symlink("../read me.txt", join(root, "bin", "link"));
}

test("a folder is packed as ORAS packs it, the same each time, and unpacked again", async () => {
  await withLayout(async ({ folder, out, push, pull }) => {
    await makeTree(join(folder, "tree"));
    const first = await push({ path: join(folder, "tree"), title: "a/tree" });
    const [layer] = first.layers;
    expect(layer).toMatchObject({
      mediaType: OCI_LAYER_TAR_GZIP,
      annotations: {
        "io.deis.oras.content.unpack": "true",
        "org.opencontainers.image.title": "a/tree",
        "io.deis.oras.content.digest": expect.stringMatching(/^sha256:/),
      },
    });
    await makeTree(join(folder, "again"));
    expect((await push({ path: join(folder, "again"), title: "a/tree" })).descriptor).toEqual(first.descriptor);
    const cache = openBlobCache(join(folder, "cache"));
    expect(await pull({ cache })).toMatchObject({ files: [{ name: "a/tree", downloaded: true }] });
    const tree = join(out, "a", "tree");
    expect(await readFile(join(tree, "bin", "link"), "utf8")).toBe("text");
    expect(await readlink(join(tree, "bin", "link"))).toBe("../read me.txt");
    expect([(await stat(join(tree, "bin", "run.sh"))).mode & 0o111, (await stat(join(tree, "read me.txt"))).mode & 0o111]).toEqual([0o111, 0]);
    expect(await readdir(join(tree, "bin", "empty"))).toEqual([]);
    expect(await readdir(join(out, "a"))).toEqual(["tree"]);
    await writeFile(join(tree, "mine"), "stays");
    await writeFile(join(tree, "read me.txt"), "changed");
    expect(await pull({ cache })).toMatchObject({ bytesReceived: 0, files: [{ downloaded: false }] });
    expect([await readFile(join(tree, "mine"), "utf8"), await readFile(join(tree, "read me.txt"), "utf8")]).toEqual(["stays", "text"]);
  });
});

test("a folder may be the output folder itself", async () => {
  await withLayout(async ({ folder, out, push, pull }) => {
    await makeTree(join(folder, "tree"));
    const back = process.cwd();
    process.chdir(join(folder, "tree"));
    try {
      await push({ path: "." });
    } finally {
      process.chdir(back);
    }
    expect(await pull()).toMatchObject({ files: [{ name: "." }] });
    expect((await readdir(out)).sort()).toEqual(["bin", "read me.txt"]);
  });
});

test("the permission to run a file stays, and no other", async () => {
  await withLayout(async ({ folder, out, push, pull }) => {
    const file = join(folder, "run.sh");
    await writeFile(file, "#!/bin/sh\n");
    await chmod(file, 0o4751);
    const run = await push({ path: file, title: "run.sh" });
    expect(run.layers[0]?.annotations).toEqual({ "dev.opmodel.file.mode": "0755", "org.opencontainers.image.title": "run.sh" });
    const cache = openBlobCache(join(folder, "cache"));
    for (const options of [{}, { cache }, { cache, output: join(folder, "second") }]) {
      expect(await pull(options)).toMatchObject({ files: [{ name: "run.sh" }] });
      expect((await stat(join(options.output ?? out, "run.sh"))).mode & 0o7777).toBe(0o777 & ~process.umask());
    }
    await chmod(join(out, "run.sh"), 0o644);
    await pull();
    expect((await stat(join(out, "run.sh"))).mode & 0o111).toBe(0o111);
    await chmod(file, 0o640);
    const plain = await push({ path: file, title: "run.sh" });
    expect(plain.layers[0]?.annotations).toEqual({ "org.opencontainers.image.title": "run.sh" });
  });
});

test("what is read once is pushed as it was read", async () => {
  await withLayout(async ({ folder, out, push, pull }) => {
    const pipe = join(folder, "pipe");
    Bun.spawnSync(["mkfifo", pipe]);
    const writer = Bun.spawn(["sh", "-c", `printf piped > ${pipe}`]);
    await push({ path: pipe, title: "one" }, { path: "-", title: "two", content: () => bytesOf(new TextEncoder().encode("streamed")) });
    await writer.exited;
    await pull();
    expect([await readFile(join(out, "one"), "utf8"), await readFile(join(out, "two"), "utf8")]).toEqual(["piped", "streamed"]);
  });
});

test("what a pull would refuse is not packed", async () => {
  await withLayout(async ({ folder, push }) => {
    for (const [name, make] of [
      ["out", (root: string) => symlink("../../etc/passwd", join(root, "out"))],
      ["absolute", (root: string) => symlink("/etc/passwd", join(root, "absolute"))],
      ["pipe", async (root: string) => void Bun.spawnSync(["mkfifo", join(root, "pipe")])],
      ["e\u001b[31m", (root: string) => writeFile(join(root, "e\u001b[31m"), "")],
    ] as const) {
      const root = join(folder, crypto.randomUUID());
      await mkdir(root);
      await make(root);
      expect([name, await push({ path: root, title: "x" }).catch((error: unknown) => error)]).toMatchObject([name, { kind: "invalid" }]);
    }
  });
});

interface Entry {
  readonly name: string;
  readonly type?: string;
  readonly target?: string;
  readonly content?: string;
  readonly mode?: number;
}

/** An archive as anybody may write it. */
function tarOf(entries: readonly Entry[]): Buffer {
  const blocks = entries.flatMap(({ name, type = "0", target = "", content = "", mode = 0o644 }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0, 100);
    header.write(`${mode.toString(8).padStart(7, "0")}\0`, 100);
    header.write("0000000\0".repeat(2), 108);
    header.write(`${Buffer.byteLength(content).toString(8).padStart(11, "0")}\0`, 124);
    header.write("00000000000\0        ", 136);
    header.write(type, 156);
    header.write(target, 157, 100);
    header.write("ustar\x0000", 257);
    header.write(
      `${header
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, "0")}\0 `,
      148,
    );
    return [header, Buffer.from(content), Buffer.alloc((512 - (Buffer.byteLength(content) % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

async function putFolder(target: ContentTarget, archive: Buffer, annotations: Readonly<Record<string, string>> = {}): Promise<void> {
  const bytes = gzipSync(archive);
  const layer = { mediaType: OCI_LAYER_TAR_GZIP, digest: digestOf(bytes), size: bytes.length };
  await target.putBlob({ descriptor: layer, open: () => bytesOf(bytes) });
  const all = { "io.deis.oras.content.unpack": "true", "org.opencontainers.image.title": "dir", ...annotations };
  await target.putManifest(manifestOf({ config: await putBlob(target, "{}"), layers: [{ ...layer, annotations: all }] }), { tags: [V1] });
}

test.each<[string, readonly Entry[]]>([
  ["an absolute name", [{ name: "/etc/x" }]],
  ["a name that leads out", [{ name: "dir/../../x" }]],
  ["a name beside the folder", [{ name: "other/x" }]],
  ["a link that leads out", [{ name: "dir/a", type: "2", target: "../../etc" }]],
  ["an absolute link", [{ name: "dir/a", type: "2", target: "/etc/passwd" }]],
  [
    "a link up after a link down",
    [
      { name: "dir/p/r", type: "2", target: ".." },
      { name: "dir/a", type: "2", target: "p/r/../../x" },
    ],
  ],
  ["a file through a link", [{ name: "dir/a", type: "2", target: "." }, { name: "dir/a/x" }]],
  [
    "a file in place of a link",
    [
      { name: "dir/a", type: "2", target: "b" },
      { name: "dir/a", content: "x" },
    ],
  ],
  ["a hard link out", [{ name: "dir/a", type: "1", target: "/etc/passwd" }]],
  ["a hard link to nothing", [{ name: "dir/a", type: "1", target: "dir/b" }]],
  [
    "a hard link to a link",
    [
      { name: "dir/b", type: "2", target: "c" },
      { name: "dir/a", type: "1", target: "dir/b" },
    ],
  ],
  ["a device", [{ name: "dir/a", type: "3" }]],
  ["a pipe", [{ name: "dir/a", type: "6" }]],
  ["the folder as a link", [{ name: "dir", type: "2", target: "/etc" }]],
  ["a file twice", [{ name: "dir/a" }, { name: "dir/a" }]],
  ["a file as a folder", [{ name: "dir/a" }, { name: "dir/a/b" }]],
  ["a name that acts on terminals", [{ name: "dir/\u001b[31m" }]],
])("%s is refused, and nothing is written", async (_, entries) => {
  await withLayout(async ({ folder, out, target, pull }) => {
    await putFolder(target, tarOf([{ name: "dir/", type: "5", mode: 0o755 }, { name: "dir/fine", content: "fine" }, ...entries]));
    expect(await pull()).toMatchObject({ name: "ClientError", kind: "invalid" });
    expect([await readdir(out), (await readdir(folder)).sort()]).toEqual([[], ["layout", "out"]]);
  });
});

test("damage, and another folder than was promised, are refused", async () => {
  const archive = tarOf([{ name: "dir/a", content: "x".repeat(2000) }]);
  for (const [bytes, annotations] of [
    [archive.subarray(0, 1024), {}],
    [Buffer.concat([Buffer.from("nonsense"), archive]), {}],
    [archive, { "io.deis.oras.content.digest": digestOf(new Uint8Array()) }],
  ] as const) {
    await withLayout(async ({ out, target, pull }) => {
      await putFolder(target, bytes, annotations);
      expect(await pull()).toMatchObject({ kind: "invalid" });
      expect(await readdir(out)).toEqual([]);
    });
  }
});

test("what other tools pack is unpacked", async () => {
  await withLayout(async ({ out, target, pull }) => {
    const entries = [
      { name: "dir", type: "5", mode: 0o555 },
      { name: "dir/sub/", type: "5", mode: 0o700 },
      { name: "dir/sub/run", content: "x", mode: 0o6755 },
      { name: "dir/hard", type: "1", target: "dir/sub/run" },
      { name: "dir/sub/link", type: "2", target: "../hard" },
    ];
    await putFolder(target, tarOf(entries), { "io.deis.oras.content.digest": digestOf(tarOf(entries)) });
    expect(await pull()).toMatchObject({ files: [{ name: "dir" }] });
    const run = await stat(join(out, "dir", "sub", "run"));
    expect([run.mode & 0o7000, run.mode & 0o100, run.nlink]).toEqual([0, 0o100, 2]);
    expect(await readFile(join(out, "dir", "sub", "link"), "utf8")).toBe("x");
    expect((await stat(join(out, "dir", "sub"))).mode & 0o777).toBe(0o700);
  });
});

test("what is in the way stays, and is named", async () => {
  await withLayout(async ({ folder, out, target, pull }) => {
    await putFolder(
      target,
      tarOf([
        { name: "dir/a/b", content: "x" },
        { name: "dir/c", content: "y" },
      ]),
    );
    await mkdir(join(folder, "elsewhere"));
    await mkdir(join(out, "dir"), { recursive: true });
    await symlink(join(folder, "elsewhere"), join(out, "dir", "a"));
    expect(await pull()).toMatchObject({ kind: "general", message: expect.stringContaining("it is there and not a folder") });
    expect([await readdir(join(folder, "elsewhere")), await readdir(join(out, "dir")), await readdir(out)]).toEqual([[], ["a"], ["dir"]]);
    expect((await lstat(join(out, "dir", "a"))).isSymbolicLink()).toBe(true);
  });
});
