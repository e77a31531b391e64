import { expect, test } from "bun:test";
import fc from "fast-check";
import { type Digest, digestOf } from "../oci/digest.ts";
import { parseRepositoryName } from "../oci/name.ts";
import { parseTag, type Tag } from "../oci/tag.ts";
import type { GraphEdge, GraphStore } from "../storage/metadata/catalog/graph.ts";
import type { ManifestStore, ManifestSummary } from "../storage/metadata/manifests.ts";
import type { TagStore } from "../storage/metadata/tags.ts";
import { fakePort } from "../storage/metadata/testing/fake-port.ts";
import type { Candidate } from "./prune-candidates.ts";
import { keepReached, loadPruneGraph } from "./prune-graph.ts";

const REPOSITORY = parseRepositoryName("team/app");

/** A manifest of a small repository; it points to manifests before it only. */
interface Manifest {
  readonly children: readonly number[];
  readonly subject: number | undefined;
  /** How many tags, and whether each may go. */
  readonly tags: readonly boolean[];
}

const digest = (index: number): Digest => digestOf(`manifest ${index}`);
const tag = (manifest: number, index: number): Tag => parseTag(`m${manifest}-${index}`);

function readerOf(manifests: readonly Manifest[]) {
  const indexOf = new Map(manifests.map((_, index) => [digest(index), index]));
  const tagsOf = (of: Digest): Tag[] => {
    const index = indexOf.get(of) ?? -1;
    return (manifests[index]?.tags ?? []).map((_may, position) => tag(index, position));
  };
  return {
    tags: fakePort<TagStore>({ listOf: async (_, of) => tagsOf(of) }),
    graph: fakePort<GraphStore>({
      edgesTo: async (_, digests) =>
        manifests.flatMap(({ children }, from) =>
          children.filter((child) => digests.includes(digest(child))).map((child) => ({ from: digest(from), to: digest(child), kind: "child" }) as GraphEdge),
        ),
      manifests: async (_, digests) =>
        digests.filter((of) => indexOf.has(of)).map((of) => ({ digest: of, mediaType: "", size: 0, type: undefined, tags: tagsOf(of) })),
    }),
    manifests: fakePort<ManifestStore>({
      summary: async (_, of) => {
        const subject = manifests[indexOf.get(of) ?? -1]?.subject;
        return { subject: subject === undefined ? undefined : digest(subject) } as ManifestSummary;
      },
    }),
  };
}

function candidatesOf(manifests: readonly Manifest[]): Candidate[] {
  return manifests.flatMap(({ tags, subject }, index) =>
    tags.flatMap((may, position) =>
      may
        ? [{ tag: tag(index, position), class: "semver", digest: digest(index), subject: subject === undefined ? undefined : digest(subject), updatedAt: 0 }]
        : [],
    ),
  );
}

/** The obvious way: from the tags that stay, down to all that they reach, until no tag joins them. */
function expectedToStay(manifests: readonly Manifest[]): Set<Tag> {
  const reached = new Set<number>();
  const reach = (index: number): void => {
    if (reached.has(index)) return;
    reached.add(index);
    manifests[index]?.children.forEach(reach);
    for (const [other, { subject }] of manifests.entries()) if (subject === index) reach(other);
  };
  for (const [index, { tags }] of manifests.entries()) if (tags.includes(false)) reach(index);
  return new Set(manifests.flatMap(({ tags }, index) => (reached.has(index) ? tags.flatMap((may, position) => (may ? [tag(index, position)] : [])) : [])));
}

test("what stays is what the tags that stay reach, whatever the graph", async () => {
  const manifest = (index: number) =>
    fc.record({
      children: index === 0 ? fc.constant([]) : fc.uniqueArray(fc.nat(index - 1), { maxLength: 2 }),
      subject: index === 0 ? fc.constant(undefined) : fc.option(fc.nat(index - 1), { nil: undefined }),
      tags: fc.array(fc.boolean(), { maxLength: 2 }),
    });
  const repository = fc.integer({ min: 1, max: 8 }).chain((size) => fc.tuple(...Array.from({ length: size }, (_, index) => manifest(index))));
  await fc.assert(
    fc.asyncProperty(repository, async (manifests) => {
      const candidates = candidatesOf(manifests);
      const kept = new Map<Tag, string>();
      keepReached(candidates, await loadPruneGraph(readerOf(manifests), REPOSITORY, candidates), kept);
      expect([...kept.keys()].toSorted()).toEqual([...expectedToStay(manifests)].toSorted());
    }),
    { numRuns: 1500 },
  );
});

test("what lies beyond the look keeps what it reaches", async () => {
  // A chain of indexes, each listing the one before, all tags of which may go.
  const chain: Manifest[] = Array.from({ length: 30 }, (_, index) => ({
    children: index === 0 ? [] : [index - 1],
    subject: undefined,
    tags: index === 0 ? [true] : [],
  }));
  const candidates = candidatesOf(chain);
  const kept = new Map<Tag, string>();
  keepReached(candidates, await loadPruneGraph(readerOf(chain), REPOSITORY, candidates), kept);
  expect([...kept.keys()]).toEqual([tag(0, 0)]);
});
