import { afterAll, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { BLOCK, formatTarHeader, padding } from "../../../client/content/tar-header.ts";
import { createRegistryClient } from "../../../client/registry-client.ts";
import type { Tag } from "../../../oci/tag.ts";
import { openComponentStore } from "../open-component-store.ts";

const root = await mkdtemp(join(tmpdir(), "opm-hostile-"));
afterAll(() => rm(root, { recursive: true, force: true }));
const client = createRegistryClient({ env: {} });

const INDEX = JSON.stringify({
  schemaVersion: 1,
  artifacts: [{ repository: "a/b", tag: "v1", digest: `sha256:${"0".repeat(64)}`, mediaType: "application/vnd.oci.image.manifest.v1+json" }],
});

interface Entry {
  readonly name: string;
  readonly content?: string;
  /** The type flag of the header. */
  readonly type?: string;
  /** What the header says in place of the content's size. */
  readonly size?: number;
}

function tar(...entries: readonly Entry[]): Buffer {
  const parts = entries.flatMap(({ name, content = "", type = "0", size }) => {
    const header = Buffer.from(formatTarHeader(name, size ?? content.length));
    header.write(type, 156, "latin1");
    header.write("        ", 148, "latin1");
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
    return [header, Buffer.from(content), Buffer.alloc(padding(content.length))];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

const index: Entry = { name: "artifact-index.json", content: INDEX };
const blob = `blobs/sha256.${"0".repeat(64)}`;

const CASES: readonly (readonly [name: string, archive: Buffer, message: RegExp])[] = [
  ["a name with ..", tar(index, { name: "blobs/../../x", content: "x" }), /leads out of it/],
  ["an absolute name", tar(index, { name: "/etc/x", content: "x" }), /leads out of it/],
  ["a symbolic link", tar(index, { name: blob, type: "2" }), /not a regular file/],
  ["a hard link", tar(index, { name: blob, type: "1" }), /not a regular file/],
  ["a device", tar(index, { name: "blobs/dev", type: "3" }), /not a regular file/],
  ["a blob twice", tar(index, { name: blob, content: "a" }, { name: `./${blob}`, content: "b" }), /twice/],
  ["two indexes", tar(index, index), /twice/],
  ["no index", tar({ name: blob, content: "a" }), /no file artifact-index.json/],
  ["an index that is too large", tar({ name: "artifact-index.json", size: 65 * 1024 * 1024 }), /not whole|more than/],
  ["an index that is no JSON", tar({ name: "artifact-index.json", content: "{" }), /not valid JSON/],
  ["an index of another version", tar({ name: "artifact-index.json", content: '{"schemaVersion":2}' }), /schemaVersion/],
  ["a digest that is a path", tar({ name: "artifact-index.json", content: INDEX.replace(/sha256:0+/, "sha256:../../x") }), /artifacts.0.digest/],
  ["a repository that is a path", tar({ name: "artifact-index.json", content: INDEX.replace("a/b", "../b") }), /artifacts.0.repository/],
  [
    "one tag twice",
    tar({ name: "artifact-index.json", content: INDEX.replace("]", `,{"repository":"a/b","tag":"v1","digest":"sha256:${"1".repeat(64)}"}]`) }),
    /two manifests/,
  ],
  ["a broken end", tar(index, { name: blob, content: "abc".repeat(100) }).subarray(0, 1600), /not whole/],
  ["no archive at all", Buffer.from("hello ".repeat(200)), /not a tar archive/],
];

describe.each(["tar", "tgz"])("a %s that is not safe to use is refused", (format) => {
  test.each(CASES)("%s", async (_, archive, message) => {
    const folder = await mkdtemp(join(root, "case-"));
    const path = join(folder, `x.${format}`);
    await writeFile(path, format === "tgz" ? gzipSync(archive) : archive);
    const error = await openComponentStore({ kind: "ctf", path }, { client, access: "read" }).catch((cause) => cause);
    expect(error).toMatchObject({ kind: "invalid" });
    expect(error.message).toMatch(message);
    expect(await readdir(folder)).toEqual([`x.${format}`]);
  });
});

test("a tgz that is cut off is refused", async () => {
  const path = join(await mkdtemp(join(root, "cut-")), "x.tgz");
  const whole = gzipSync(tar(index, { name: "blobs/x", content: "abc".repeat(9999) }));
  await writeFile(path, whole.subarray(0, whole.length / 2));
  const error = await openComponentStore({ kind: "ctf", path }, { client, access: "read" }).catch((cause) => cause);
  expect(error.message).toMatch(/cannot be decompressed/);
});

test("members may begin with ./", async () => {
  const path = join(await mkdtemp(join(root, "dot-")), "x.tar");
  await writeFile(path, tar({ name: "./", type: "5" }, { ...index, name: "./artifact-index.json" }, { name: "./blobs/", type: "5" }));
  const store = await openComponentStore({ kind: "ctf", path }, { client, access: "read" });
  expect(await Array.fromAsync(store.repositories())).toEqual([store.repository("a/b")]);
  const error = await store
    .source(store.repository("a/b"))
    .manifest("v1" as Tag)
    .catch((cause) => cause);
  expect(error.message).toMatch(/is missing/);
  await store.close();
});

test("a link in a folder is refused", async () => {
  const path = await mkdtemp(join(root, "links-"));
  await mkdir(join(path, "blobs"));
  await writeFile(join(path, "artifact-index.json"), INDEX);
  await symlink("/etc/hostname", join(path, blob));
  const store = await openComponentStore({ kind: "ctf", path }, { client, access: "read" });
  const error = await store
    .source(store.repository("a/b"))
    .manifest("v1" as Tag)
    .catch((cause) => cause);
  expect(error.message).toMatch(/not a regular file/);
  await store.close();
});

test("a folder with other content is neither read nor written", async () => {
  const path = await mkdtemp(join(root, "other-"));
  await writeFile(join(path, "notes.txt"), "hello");
  for (const access of ["read", "write"] as const) {
    const error = await openComponentStore({ kind: "ctf", path }, { client, access }).catch((cause) => cause);
    expect(error).toMatchObject({ kind: "invalid" });
  }
  expect(await readdir(path)).toEqual(["notes.txt"]);
});
