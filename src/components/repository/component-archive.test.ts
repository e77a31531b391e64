import { afterAll, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { BLOCK, formatTarHeader, padding } from "../../client/content/tar-header.ts";
import { collect } from "../../client/content/verified.ts";
import { createRegistryClient } from "../../client/registry-client.ts";
import { digestOf } from "../../oci/digest.ts";
import { createComponentRepository } from "./create-component-repository.ts";
import { openComponentStore } from "./open-component-store.ts";

const root = await mkdtemp(join(tmpdir(), "opm-archive-"));
afterAll(() => rm(root, { recursive: true, force: true }));
const client = createRegistryClient({ env: {} });

const BLOB = "hello";
const FILE = digestOf(BLOB).replace(":", ".");

const DESCRIPTOR = `
meta:
  schemaVersion: v2
component:
  name: acme.org/old
  version: 1.0.0+build
  provider: acme.org
  repositoryContexts: []
  sources: []
  componentReferences: []
  resources:
  - {name: text, version: 1.0.0, type: plainText, relation: local, access: {type: localBlob, localReference: ${FILE}, mediaType: text/plain}}
  - {name: named, version: 1.0.0, type: plainText, relation: local, access: {type: localFilesystemBlob, fileName: readme.txt, mediaType: text/plain}}
  - {name: gone, version: 1.0.0, type: plainText, relation: local, access: {type: localBlob, localReference: sha256.gone, mediaType: text/plain}}
`;

const FILES = { "component-descriptor.yaml": DESCRIPTOR, [`blobs/${FILE}`]: BLOB, "blobs/readme.txt": "read me" };

async function folder(files: Readonly<Record<string, string>> = FILES): Promise<string> {
  const path = await mkdtemp(join(root, "folder-"));
  await mkdir(join(path, "blobs"));
  for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content);
  return path;
}

async function file(isCompressed: boolean): Promise<string> {
  const path = join(await mkdtemp(join(root, "file-")), "archive");
  const parts = Object.entries(FILES).flatMap(([name, content]) => [
    formatTarHeader(name, content.length),
    Buffer.from(content),
    Buffer.alloc(padding(content.length)),
  ]);
  const tar = Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
  await writeFile(path, isCompressed ? gzipSync(tar) : tar);
  return path;
}

describe.each<readonly [string, () => Promise<string>]>([
  ["folder", folder],
  ["tar", () => file(false)],
  ["tgz", () => file(true)],
])("an older archive of one component version: %s", (_, create) => {
  test("is told by its content, and read", async () => {
    const store = await openComponentStore({ kind: "ctf", path: await create() }, { client, access: "read" });
    const repository = createComponentRepository(store);
    expect(store.kind).toBe("component-archive");
    expect(await Array.fromAsync(repository.components())).toEqual(["acme.org/old"]);
    expect(await repository.versions("acme.org/old")).toEqual(["1.0.0+build"]);
    expect(await repository.versions("acme.org/other")).toEqual([]);
    expect(await repository.has("acme.org/old", "2.0.0")).toBe(false);
    const version = await repository.get("acme.org/old", "1.0.0+build");
    expect(version.layout).toBe("archive");
    const [text, named, gone] = version.descriptor.component.resources;
    const blobs = await Promise.all([text, named].map(async (element) => await version.localBlob(element?.access ?? { type: "" })));
    expect(await Promise.all(blobs.map(async (blob) => new TextDecoder().decode(await collect(blob.open()))))).toEqual([BLOB, "read me"]);
    expect(blobs[0]?.content).toMatchObject({ kind: "layers", layers: [{ digest: digestOf(BLOB), size: BLOB.length }] });
    expect(await version.localBlob(gone?.access ?? { type: "" }).catch((error) => error)).toMatchObject({ kind: "not-found" });
    await store.close();
  });

  test("is not written to", async () => {
    const path = await create();
    const error = await openComponentStore({ kind: "component-archive", path }, { client, access: "write" }).catch((cause) => cause);
    expect(error).toMatchObject({ kind: "refused" });
  });
});

test("a blob that was changed is refused", async () => {
  const path = await folder({ ...FILES, [`blobs/${FILE}`]: "jello" });
  const store = await openComponentStore({ kind: "component-archive", path }, { client, access: "read" });
  const version = await createComponentRepository(store).get("acme.org/old", "1.0.0+build");
  const blob = await version.localBlob(version.descriptor.component.resources[0]?.access ?? { type: "" });
  expect(await collect(blob.open()).catch((error) => error)).toMatchObject({ kind: "invalid" });
  await store.close();
});

test("a link among the blobs is refused", async () => {
  const path = await folder();
  await symlink("/etc/hostname", join(path, "blobs", "link"));
  const error = await openComponentStore({ kind: "component-archive", path }, { client, access: "read" }).catch((cause) => cause);
  expect(error).toMatchObject({ kind: "invalid" });
});
