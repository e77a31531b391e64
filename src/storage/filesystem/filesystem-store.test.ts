import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contentStoreSuite } from "../content-store.suite.ts";
import type { ContentStore } from "../content-store.ts";
import { openFilesystemStore } from "./filesystem-store.ts";

for (const durability of ["full", "relaxed"] as const) {
  contentStoreSuite(
    `filesystem, ${durability} durability`,
    async () => {
      const path = await mkdtemp(join(tmpdir(), "content-store-"));
      const opened: ContentStore[] = [];
      const open = async () => {
        const store = await openFilesystemStore({ path, durability });
        opened.push(store);
        return store;
      };
      const dispose = async () => {
        for (const store of opened) await store.close();
        await rm(path, { recursive: true });
      };
      return { store: await open(), reopen: open, dispose };
    },
    { persistent: true },
  );
}
