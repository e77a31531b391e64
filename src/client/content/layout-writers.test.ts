import { expect, test } from "bun:test";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseTag } from "../../oci/tag.ts";
import { isClientError } from "../client-error.ts";
import { manifestOf, withFolder } from "../testing/sample.ts";
import type { ContentTarget } from "./content.ts";
import { openLayoutArchive } from "./layout-archive.ts";
import { openLayoutArchiveTarget } from "./layout-archive-target.ts";
import { openLayoutFolder, openLayoutFolderTarget } from "./layout-folder.ts";

const COUNT = 12;

async function write(target: ContentTarget, name: string): Promise<void> {
  await target.putManifest(manifestOf({ layers: [], annotations: { name } }), { tags: [parseTag(name)], listed: true });
  await target.close();
}

test("of many that make a layout of one folder at once, none loses the tags of another", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "layout");
    const names = Array.from({ length: COUNT }, (_, at) => `v${at}`);
    await Promise.all(names.map(async (name) => write(await openLayoutFolderTarget(path), name)));
    expect(await (await openLayoutFolder(path)).tags()).toEqual(names.map(parseTag).sort());
    expect((await readdir(path)).sort()).toEqual(["blobs", "index.json", "oci-layout"]);
  });
});

test("what a writer left behind that was ended keeps nobody from making a layout", async () => {
  await withFolder(async (folder) => {
    for (const name of [".opm.lock", "oci-layout.0.partial"]) await writeFile(join(folder, name), "");
    await write(await openLayoutFolderTarget(folder), "v1");
    expect(await (await openLayoutFolder(folder)).tags()).toEqual([parseTag("v1")]);
    await withFolder(async (other) => {
      await writeFile(join(other, "notes.txt"), "");
      expect(await openLayoutFolderTarget(other).catch((error: Error) => error.message)).toContain("the folder has other content");
    });
  });
});

test("of many that write one archive at once, one does and the others say so", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "a.tar");
    const targets = await Promise.all(Array.from({ length: 4 }, () => openLayoutArchiveTarget(path)));
    const outcomes = await Promise.allSettled(targets.map((target, at) => write(target, `v${at}`)));
    const refused = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as unknown] : []));
    expect(refused.map((error) => isClientError(error, "invalid") && error.message)).toEqual(
      Array(3).fill(`oci-archive:${path}: there is such a file already; delete it or choose another name`),
    );
    const winner = outcomes.findIndex(({ status }) => status === "fulfilled");
    expect(await (await openLayoutArchive(path)).tags()).toEqual([parseTag(`v${winner}`)]);
    expect(await readdir(folder)).toEqual(["a.tar"]);
  });
});
