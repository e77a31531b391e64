import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RepositoryFixture, tagOf } from "../metadata/testing/fixture.ts";
import { openSqliteStore } from "./sqlite-store.ts";

test("stores over one file see each other's changes at once and keep one history", async () => {
  const folder = mkdtempSync(join(tmpdir(), "opm-several-"));
  const path = join(folder, "metadata.db");
  const stores = await Promise.all(Array.from({ length: 3 }, () => openSqliteStore({ path, durability: "full" })));
  try {
    const [first] = stores;
    if (first === undefined) throw new Error("no store was opened");
    const { name } = new RepositoryFixture(first);
    const repositories = stores.map((store) => new RepositoryFixture(store, name));
    await Promise.all(
      repositories.map(async (repository) => {
        for (let n = 0; n < 10; n++) {
          const image = await repository.image();
          await repository.put(image, ["t"]);
          for (const other of repositories) expect(await other.has(image)).toBe(true);
        }
      }),
    );
    const events = (await first.tags.listEvents(name, tagOf("t"), { limit: 100 })).reverse();
    expect(events.map((event) => event.from)).toEqual([undefined, ...events.slice(0, -1).map((event) => event.to)]);
    expect(events).toHaveLength(30);
  } finally {
    await Promise.all(stores.map((store) => store.close()));
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);
