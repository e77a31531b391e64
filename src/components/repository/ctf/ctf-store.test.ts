import { afterAll } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
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
