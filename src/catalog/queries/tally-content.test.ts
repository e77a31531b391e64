import { expect, test } from "bun:test";
import { parseRepositoryName } from "../../oci/name.ts";
import type { ContentLink, GraphStore } from "../../storage/metadata/catalog/graph.ts";
import { fakePort } from "../../storage/metadata/testing/fake-port.ts";
import { createContentTally } from "./tally-content.ts";

function link(repositoryId: number, contentId: number, more: Partial<ContentLink> = {}): ContentLink {
  return { repository: parseRepositoryName(`r/${repositoryId}`), repositoryId, contentId, size: 100, references: 1, loose: false, linkedAt: 5000, ...more };
}

async function tallied(links: readonly ContentLink[], needed: readonly number[] = []) {
  const graph = fakePort<GraphStore>({ needed: async (ids) => ids.filter((id) => needed.includes(id)) });
  const tally = createContentTally();
  for (const each of links) tally.add(each);
  return tally.result(graph, { all: true, prefixes: undefined, matches: () => true });
}

test("nothing at all has the ratio 1", async () => {
  expect(await tallied([])).toEqual({
    blobs: { references: 0, unique: 0, logicalBytes: 0, storedBytes: 0, ratio: 1 },
    reclaimable: { blobs: 0, bytes: 0, oldest: null },
  });
});

test("content counts once however often it is used, also with numbers far apart", async () => {
  const { blobs } = await tallied([link(1, 3), link(2, 3, { references: 4 }), link(2, 9_000_000), link(3, 9_000_000)]);
  expect(blobs).toEqual({ references: 7, unique: 2, logicalBytes: 700, storedBytes: 200, ratio: 3.5 });
});

test("what somebody needs cannot be reclaimed", async () => {
  const loose = { loose: true, references: 0 };
  const links = [link(1, 1, loose), link(1, 2, { ...loose, linkedAt: 2000 }), link(2, 2, { ...loose, linkedAt: 1000 }), link(1, 3, loose)];
  const { reclaimable, blobs } = await tallied(links, [1]);
  expect(reclaimable).toEqual({ blobs: 2, bytes: 200, oldest: "1970-01-01T00:00:01.000Z" });
  expect(blobs).toMatchObject({ references: 0, unique: 3, storedBytes: 300 });
});
