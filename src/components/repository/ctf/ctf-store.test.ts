import { afterAll, expect, test } from "bun:test";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRegistryClient } from "../../../client/registry-client.ts";
import { openComponentStore } from "../open-component-store.ts";
import { componentStoreCases } from "../testing/component-store-cases.ts";

const root = await mkdtemp(join(tmpdir(), "opm-ctf-"));
afterAll(() => rm(root, { recursive: true, force: true }));

const client = createRegistryClient({ env: {} });

for (const [name, file] of [
  ["folder", "store"],
  ["tar", "store.tar"],
  ["tgz", "store.tgz"],
] as const) {
  componentStoreCases(`common transport archive, ${name}`, async () => {
    const path = join(await mkdtemp(join(root, "place-")), file);
    return { open: (access) => openComponentStore({ kind: "ctf", path }, { client, access }), isTransactional: name !== "folder" };
  });
}

test.each([".opm.lock", ".opm.lock-journal", "artifact-index.json.1.partial", "blobs"])(
  "a folder in which another process just began to write (%s) is one to write to",
  async (name) => {
    const path = await mkdtemp(join(root, "begun-"));
    if (name === "blobs") await mkdir(join(path, name));
    else await writeFile(join(path, name), "");
    const open = (access: "read" | "write") => openComponentStore({ kind: "ctf", path }, { client, access });
    await (await open("write")).close();
    expect(await open("read").catch((error: Error) => error.message)).toContain("is no common transport archive");
    await writeFile(join(path, "other"), "");
    expect(await open("write").catch((error: Error) => error.message)).toContain("and other content");
  },
);
