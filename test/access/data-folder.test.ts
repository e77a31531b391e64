import { expect, test } from "bun:test";
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pushBlob, pushManifest } from "../conformance/pushing.ts";
import { indexOf, randomBlob } from "../support/content.ts";
import { freshRepository } from "../support/use-registry.ts";
import { useGuardedRegistry } from "./guarded-registry.ts";

const { as, server } = useGuardedRegistry();

/** What somebody else on the machine may do something with, below the data folder or itself. */
function openToOthers(): string[] {
  const { dataDir } = server();
  const names = ["", ...readdirSync(dataDir, { recursive: true, encoding: "utf8" })];
  return names.filter((name) => (lstatSync(join(dataDir, name)).mode & 0o077) !== 0);
}

test("other accounts of the machine read nothing of what a server keeps", async () => {
  const repository = freshRepository("team");
  for (const size of [10, 3_000_000]) await pushBlob(as("admin"), repository, randomBlob(size));
  await pushManifest(as("admin"), repository, indexOf([]), "there");
  expect(openToOthers()).toEqual([]);
  await server().restart();
  await pushBlob(as("admin"), repository, randomBlob(10));
  expect(openToOthers()).toEqual([]);
});
