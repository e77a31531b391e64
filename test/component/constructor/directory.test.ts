import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DirectoryOptions, directoryMembers } from "../../../src/client/content/directory-members.ts";
import { tarStream } from "../../../src/client/content/tar-stream.ts";
import { collect } from "../../../src/client/content/verified.ts";
import { fileFilter } from "../../../src/components/constructor/file-filter.ts";
import { helmIgnore } from "../../../src/components/constructor/helm-ignore.ts";
import { readTar } from "../support/tar.ts";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "opm-members-")));
  for (const folder of ["tree", "tree/sub", "tree/sub/deep", "tree/empty", "beside"]) mkdirSync(join(root, folder));
  for (const file of ["tree/b.txt", "tree/a.txt", "tree/sub/c.md", "tree/sub/deep/d.txt", "beside/e.txt"]) writeFileSync(join(root, file), file);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function packed(options: Partial<DirectoryOptions> = {}) {
  return readTar(Buffer.from(await collect(tarStream(directoryMembers(join(root, "tree"), { boundary: root, ...options })))));
}

async function names(options: Partial<DirectoryOptions> = {}): Promise<string[]> {
  return (await packed(options)).map(({ name }) => name);
}

test("a folder is packed by name, with neither times nor owners", async () => {
  chmodSync(join(root, "tree/b.txt"), 0o700);
  const entries = await packed();
  expect(entries.map(({ name, type, mode }) => `${type} ${mode.toString(8)} ${name}`)).toEqual([
    "0 644 a.txt",
    "0 755 b.txt",
    "5 755 empty/",
    "5 755 sub/",
    "0 644 sub/c.md",
    "5 755 sub/deep/",
    "0 644 sub/deep/d.txt",
  ]);
  expect(new Set(entries.map(({ mtime, owner }) => `${mtime} ${owner}`))).toEqual(new Set(["0 0:0 :"]));
  expect(await names({ prefix: "tree" })).toContain("tree/sub/deep/d.txt");
});

test("patterns say what comes along", async () => {
  const chosen = (include?: readonly string[], exclude?: readonly string[]) =>
    names({ accepts: fileFilter({ include, exclude }), filesOnly: include !== undefined });
  expect(await chosen(["*.txt"])).toEqual(["a.txt", "b.txt"]);
  expect(await chosen(["**/*.txt"])).toEqual(["a.txt", "b.txt", "sub/deep/d.txt"]);
  expect(await chosen(["sub/"])).toEqual(["sub/c.md", "sub/deep/d.txt"]);
  expect(await chosen(["[ab].txt", "sub/?.md"], ["b.*"])).toEqual(["a.txt", "sub/c.md"]);
  expect(await chosen(undefined, ["sub", "empty", "{a,b}.txt"])).toEqual(["a.txt", "b.txt"]);
});

test("links stay links where they lead to what is in the folder, or are followed", async () => {
  symlinkSync("sub/c.md", join(root, "tree/link"));
  symlinkSync("../beside", join(root, "tree/out"));
  const kept = await packed({ accepts: (path) => path !== "out" });
  expect(kept.find(({ name }) => name === "link")).toMatchObject({ type: "2", target: "sub/c.md" });
  const followed = await packed({ followLinks: true });
  expect(followed.find(({ name }) => name === "link")?.content.toString()).toBe("tree/sub/c.md");
  expect(followed.find(({ name }) => name === "out/e.txt")?.content.toString()).toBe("beside/e.txt");
  const refused = await packed().catch((error: Error) => error);
  expect(refused).toMatchObject({ kind: "invalid", message: expect.stringContaining("leads out of the folder, to ../beside") });
  const outside = await packed({ followLinks: true, boundary: join(root, "tree") }).catch((error: Error) => error);
  expect(outside).toMatchObject({ kind: "invalid" });
});

test("names of any length and script are kept", async () => {
  const long = `${"x".repeat(90)}/${"y".repeat(200)}`;
  mkdirSync(join(root, "tree", "x".repeat(90)));
  for (const name of [long, "grüße ☃.txt", "with\nline"]) writeFileSync(join(root, "tree", name), name);
  const entries = await packed();
  for (const name of [long, "grüße ☃.txt", "with\nline"]) expect(entries.find((entry) => entry.name === name)?.content.toString()).toBe(name);
});

test("a file that changes while it is read is an error", async () => {
  const member = {
    kind: "file",
    name: "log",
    size: 3,
    isExecutable: false,
    open: async function* () {
      yield Buffer.from("four");
    },
  } as const;
  expect(await collect(tarStream([member])).catch((error: Error) => error)).toMatchObject({ message: "log changed while it was read: try again" });
});

test("a .helmignore is read as Helm does", () => {
  const accepts = helmIgnore("# comment\n*.tmp\n/build/\nsub/*.md\n\\#hash\n");
  const ignored = ["a.tmp", "sub/b.tmp", "sub/c.md", "#hash", "templates/.swp"];
  for (const path of ignored) expect([path, accepts(path, false)]).toEqual([path, false]);
  for (const path of ["a.yaml", "sub/deep/c.md", "build", "templates/a.yaml"]) expect([path, accepts(path, false)]).toEqual([path, true]);
  expect(accepts("build", true)).toBe(false);
  expect(accepts("sub/build", true)).toBe(true);
});
