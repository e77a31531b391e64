import { expect, test } from "bun:test";
import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { digestOf } from "../../oci/digest.ts";
import { parseTag } from "../../oci/tag.ts";
import { manifestOf, putBlob, withFolder, writeSample } from "../testing/sample.ts";
import { openLayoutArchive } from "./layout-archive.ts";
import { openLayoutArchiveTarget } from "./layout-archive-target.ts";
import { openLayoutFolder, openLayoutFolderTarget } from "./layout-folder.ts";
import { formatLayoutIndex, parseLayoutIndex, withEntry } from "./layout-index.ts";
import { soleReference } from "./layout-reader.ts";
import { BLOCK, formatTarHeader, padding } from "./tar-header.ts";
import { collect } from "./verified.ts";

const V1 = parseTag("v1");
const LAYOUT = '{"imageLayoutVersion":"1.0.0"}';
const INDEX = '{"schemaVersion":2,"manifests":[]}';

/** An archive of these files. `edit` may change each header before its checksum is written. */
function tarOf(files: readonly (readonly [name: string, content: string])[], edit: (block: Buffer, name: string) => void = () => {}): Buffer {
  const blocks = files.flatMap(([name, content]) => {
    const block = Buffer.from(formatTarHeader(name, content.length));
    edit(block, name);
    block.write("        ", 148, "latin1");
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
    return [block, Buffer.from(content, "latin1"), Buffer.alloc(padding(content.length))];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

async function open(bytes: Uint8Array): Promise<unknown> {
  return await withFolder(async (folder) => {
    await writeFile(join(folder, "a.tar"), bytes);
    return await openLayoutArchive(join(folder, "a.tar")).catch((error: unknown) => error);
  });
}

test("what tar writes is read: dot names, folders, names of other formats, what is no layout's", async () => {
  await withFolder(async (folder) => {
    const target = await openLayoutFolderTarget(join(folder, "layout"));
    const { index } = await writeSample(target);
    await target.putManifest(manifestOf({ layers: [] }), { listed: true });
    const name = "x".repeat(150);
    await writeFile(join(folder, "layout", name), "something else");
    for (const format of ["gnu", "pax", "ustar"]) {
      const path = join(folder, `${format}.tar`);
      const made = Bun.spawnSync([
        "tar",
        `--format=${format}`,
        "-cf",
        path,
        ...(format === "ustar" ? ["--exclude", "x*"] : []),
        "-C",
        join(folder, "layout"),
        ".",
      ]);
      expect(made.exitCode).toBe(0);
      const source = await openLayoutArchive(path);
      expect(await source.manifest(V1)).toEqual(index);
      expect(await soleReference(source.files).catch((error: unknown) => error)).toMatchObject({ kind: "invalid" });
    }
  });
});

test("what is written is read by tar, and is the same each time", async () => {
  await withFolder(async (folder) => {
    const made: Uint8Array[] = [];
    for (const name of ["one.tar", "two.tar"]) {
      const target = await openLayoutArchiveTarget(join(folder, name));
      await writeSample(target);
      await target.close();
      made.push(await Bun.file(join(folder, name)).bytes());
    }
    expect(made[0]).toEqual(made[1] ?? new Uint8Array());
    const listed = Bun.spawnSync(["tar", "-tf", join(folder, "one.tar")])
      .stdout.toString()
      .trim()
      .split("\n");
    expect(listed[0]).toBe("oci-layout");
    expect(listed.at(-1)).toBe("index.json");
    expect(listed).toHaveLength(12);
  });
});

test.each([
  ["a name that goes up", tarOf([["../evil", "x"]]), "leads out of it"],
  ["an absolute name", tarOf([["/etc/passwd", "x"]]), "leads out of it"],
  ["a name with backslashes", tarOf([["blobs\\..\\x", "x"]]), "leads out of it"],
  ["a name that goes up in the middle", tarOf([["blobs/../../x", "x"]]), "leads out of it"],
  [
    "the same name twice",
    tarOf([
      ["oci-layout", LAYOUT],
      ["./oci-layout", LAYOUT],
    ]),
    "has the file oci-layout twice",
  ],
  ["a link in place of a file", tarOf([["oci-layout", ""]], (block) => void block.write("2", 156)), "is not a regular file"],
  ["no layout", tarOf([["index.json", INDEX]]), "has no file oci-layout"],
  [
    "another version",
    tarOf([
      ["oci-layout", '{"imageLayoutVersion":"2.0.0"}'],
      ["index.json", INDEX],
    ]),
    "of version 2.0.0",
  ],
  [
    "no JSON",
    tarOf([
      ["oci-layout", LAYOUT],
      ["index.json", "{"],
    ]),
    "index.json is not valid JSON",
  ],
  ["an end in the middle", tarOf([["oci-layout", LAYOUT.padEnd(2000)]]).subarray(0, 1024), "is not whole"],
  ["a size beyond all", tarOf([["oci-layout", LAYOUT]], (block) => void block.write("77777777777\0", 124)), "is not whole"],
  ["a malformed pax header", tarOf([["pax", "999 path=x\n"]], (block) => void block.write("x", 156)), "malformed pax header"],
  ["compression", Bun.gzipSync(new Uint8Array(tarOf([["oci-layout", LAYOUT]]))), "is compressed"],
  ["noise", crypto.getRandomValues(new Uint8Array(4096)), "is not a tar archive"],
  ["nothing", new Uint8Array(0), "has no file oci-layout"],
])("an archive with %s is refused", async (_, bytes, message) => {
  const error = await open(bytes);
  expect(error).toMatchObject({ name: "ClientError", kind: "invalid" });
  expect(String(error)).toContain(message);
});

test("folders that are no layouts are told apart, and left alone", async () => {
  await withFolder(async (folder) => {
    expect(await openLayoutFolder(join(folder, "absent")).catch((error: unknown) => error)).toMatchObject({ kind: "not-found" });
    expect(String(await openLayoutFolder(folder).catch((error: unknown) => error))).toContain("is not an OCI layout");
    await writeFile(join(folder, "precious"), "x");
    expect(String(await openLayoutFolderTarget(folder).catch((error: unknown) => error))).toContain("has other content");
    await openLayoutArchiveTarget(join(folder, "precious")).catch((error: unknown) => expect(String(error)).toContain("there is such a file already"));
    expect(await Bun.file(join(folder, "precious")).text()).toBe("x");
    await (await openLayoutFolderTarget(join(folder, "unwritten"))).close();
    expect(await readdir(folder)).toEqual(["precious"]);
  });
});

test("without a tag the only artifact is meant, whatever refers to it", async () => {
  await withFolder(async (folder) => {
    const target = await openLayoutFolderTarget(join(folder, "layout"));
    const { index, signature } = await writeSample(target);
    const { files } = await openLayoutFolder(join(folder, "layout"));
    expect(String(await soleReference(files))).toBe(index.descriptor.digest);
    const alone = await openLayoutFolderTarget(join(folder, "alone"));
    await alone.putManifest(signature, { listed: true });
    const config = await putBlob(alone, "{}");
    await alone.putManifest(manifestOf({ config, layers: [], subject: signature.descriptor }), { listed: true });
    expect(String(await soleReference((await openLayoutFolder(join(folder, "alone"))).files))).toBe(signature.descriptor.digest);
  });
});

test("a tag moves from one manifest to another; the first keeps its other tags", async () => {
  const [one, two] = [manifestOf({ layers: [1] }), manifestOf({ layers: [2] })];
  const latest = parseTag("latest");
  let index = withEntry(parseLayoutIndex(INDEX, "x"), one.descriptor, [V1, latest]);
  index = withEntry(index, two.descriptor, [latest]);
  expect(index.manifests.map(({ digest, annotations }) => [digest, annotations?.["org.opencontainers.image.ref.name"]])).toEqual([
    [one.descriptor.digest, "v1"],
    [two.descriptor.digest, "latest"],
  ]);
  expect(parseLayoutIndex(formatLayoutIndex(index), "x").manifests).toEqual([...index.manifests]);
});

test("many writers of one process do not lose one another's tags", async () => {
  await withFolder(async (folder) => {
    const target = await openLayoutFolderTarget(folder);
    const config = await putBlob(target, "{}");
    const tags = Array.from({ length: 30 }, (_, at) => parseTag(`v${at}`));
    await Promise.all(tags.map((tag) => target.putManifest(manifestOf({ config, layers: [], annotations: { tag } }), { tags: [tag] })));
    await target.close();
    expect((await (await openLayoutFolder(folder)).tags()).length).toBe(30);
  });
});

test("a blob is what its digest says, wherever a link leads", async () => {
  await withFolder(async (folder) => {
    const target = await openLayoutFolderTarget(join(folder, "layout"));
    await writeSample(target);
    await writeFile(join(folder, "secret"), "secret");
    const digest = digestOf("other!");
    await mkdir(join(folder, "layout", "blobs", "sha256"), { recursive: true });
    await symlink(join(folder, "secret"), join(folder, "layout", "blobs", "sha256", digest.slice(7)));
    const source = await openLayoutFolder(join(folder, "layout"));
    expect(await collect(source.blob({ mediaType: "a/b", digest, size: 6 })).catch((error: unknown) => error)).toMatchObject({ kind: "invalid" });
  });
});
