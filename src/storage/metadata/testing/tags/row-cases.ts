import { describe, expect, test } from "bun:test";
import { OCI_IMAGE_CONFIG } from "../../../../oci/media-types.ts";
import { versionKey } from "../../../../oci/version.ts";
import type { Position } from "../../records.ts";
import type { MetadataStore } from "../../store.ts";
import type { TagFilter, TagQuery } from "../../tags.ts";
import { artifact, facts, HELM, putWith, SIGNATURE, SPDX } from "../catalog-fixture.ts";
import { type Document, type GetStore, NOW, newName, RepositoryFixture, subjectOf, tagOf, unknownDigest } from "../fixture.ts";

const TAGS = ["v1.0.0", "1.0.1", "1.2.0-rc.1", "1.2.0", "1.10.0", "2.0.0-beta", "latest", "1", "build-7", "zeta", "Alpha"] as const;

const SORTS = (["name", "updated", "semver", "pulls"] as const).flatMap((by) => [false, true].map((descending) => ({ by, descending })));

export function tagRowCases(store: GetStore): void {
  describe("rows of tags", () => {
    test.each(SORTS.map((sort) => [`${sort.by}${sort.descending ? " descending" : ""}`, sort] as const))("by %s, in pages of 1, 3 and 100", async (_, sort) => {
      const repository = new RepositoryFixture(store());
      for (const [index, tag] of TAGS.entries()) await repository.put(await repository.image(), [tag], NOW + ((index * 5) % 7));
      await store().tags.countPulls(
        TAGS.map((tag, index) => ({ repository: repository.name, tag: tagOf(tag), count: index % 3, at: NOW })).filter(({ count }) => count > 0),
      );
      const all = await names(store(), { repository: repository.name, filter: {}, sort, limit: 100 });
      expect([...all].sort()).toEqual((sort.by === "semver" ? TAGS.filter((tag) => /^v?\d+\.\d+\.\d+/.test(tag)) : [...TAGS]).sort());
      if (sort.by === "name") expect(all).toEqual(sort.descending ? [...TAGS].sort().reverse() : [...TAGS].sort());
      if (sort.by === "semver" && !sort.descending) expect(all).toEqual(["v1.0.0", "1.0.1", "1.2.0-rc.1", "1.2.0", "1.10.0", "2.0.0-beta"]);
      for (const limit of [1, 3]) expect(await names(store(), { repository: repository.name, filter: {}, sort, limit })).toEqual(all);
    });

    test("every filter, alone and together", async () => {
      const repository = new RepositoryFixture(store());
      const image = await repository.image({ annotations: { color: "red", "a=b": "c" } });
      const described = { facts: facts({ platforms: [{ os: "linux", architecture: "arm64", variant: "v8" }], labels: { tier: "gold" } }) };
      await putWith(repository, image, ["1.0.0", "latest"], described);
      const chart = await artifact(repository, HELM);
      await repository.put(chart, ["2.0.0-rc.1"]);
      await putWith(repository, await artifact(repository, SIGNATURE, { subject: subjectOf(image) }), []);
      await putWith(repository, await artifact(repository, SPDX, { subject: subjectOf(image) }), []);
      await repository.put(await repository.image(), [`${chart.digest.replace(":", "-")}.sig`], NOW + 10);
      const found = async (filter: TagFilter): Promise<string[]> =>
        names(store(), { repository: repository.name, filter, sort: { by: "name", descending: false }, limit: 2 });
      const signature = `${chart.digest.replace(":", "-")}.sig`;
      expect(await found({ types: [HELM, "application/none"] })).toEqual(["2.0.0-rc.1"]);
      expect(await found({ platforms: ["linux/arm64"] })).toEqual(["1.0.0", "latest"]);
      expect(await found({ platforms: ["linux/arm64/v8", "linux/amd64"] })).toEqual(["1.0.0", "latest"]);
      expect(await found({ platforms: ["linux/arm64/v9"] })).toEqual([]);
      expect(await found({ platforms: ["linux/arm"] })).toEqual([]);
      expect(await found({ classes: ["semver"] })).toEqual(["1.0.0", "2.0.0-rc.1"]);
      expect(await found({ classes: ["floating", "attachment"] })).toEqual(["latest", signature]);
      expect(await found({ annotations: ["color"] })).toEqual(["1.0.0", "latest"]);
      expect(await found({ annotations: ["color=red", "a=b=c"] })).toEqual(["1.0.0", "latest"]);
      expect(await found({ annotations: ["color=blue"] })).toEqual([]);
      expect(await found({ labels: ["tier=gold"] })).toEqual(["1.0.0", "latest"]);
      expect(await found({ signed: true })).toEqual(["1.0.0", "2.0.0-rc.1", "latest"]);
      expect(await found({ signed: false })).toEqual([signature]);
      expect(await found({ referrers: [SPDX, SIGNATURE] })).toEqual(["1.0.0", "latest"]);
      expect(await found({ referrers: [SPDX, "application/none"] })).toEqual([]);
      expect(await found({ since: NOW + 1 })).toEqual([signature]);
      expect(await found({ until: NOW + 10, classes: ["semver"], types: [OCI_IMAGE_CONFIG, HELM] })).toEqual(["2.0.0-rc.1"]);
      expect(await found({ name: "*.0.0*" })).toEqual(["1.0.0", "2.0.0-rc.1"]);
      expect(await found({ name: "la*" })).toEqual(["latest"]);
      expect(await found({ name: "lates" })).toEqual([]);
      expect(await found({ prereleases: false, classes: ["semver"] })).toEqual(["1.0.0"]);
      expect(await found({ lowest: versionKey("1.0.1") })).toEqual(["2.0.0-rc.1"]);
      expect(await found({ highest: versionKey("1.0.0") })).toEqual(["1.0.0"]);
      for (const text of ["\0", "'; DROP TABLE tag; --", "%", "_", "\ud800", "*", "x".repeat(10_000)]) {
        expect(await found({ types: [text], annotations: [text], labels: [text], referrers: [text], platforms: [text] })).toEqual([]);
      }
    });

    test("bounds of versions are the ends of the walk, in both directions", async () => {
      const repository = new RepositoryFixture(store());
      for (const tag of TAGS) await repository.put(await repository.image(), [tag]);
      const filter = { lowest: versionKey("1.0.1"), highest: versionKey("1.10.0"), prereleases: false };
      const query = { repository: repository.name, filter, limit: 2 };
      expect(await names(store(), { ...query, sort: { by: "semver", descending: true } })).toEqual(["1.10.0", "1.2.0", "1.0.1"]);
      expect(await names(store(), { ...query, sort: { by: "semver", descending: false } })).toEqual(["1.0.1", "1.2.0", "1.10.0"]);
    });
  });

  test("a row says what the tag is, where it stands and what hangs on it", async () => {
    const repository = new RepositoryFixture(store());
    const image = await repository.image();
    await putWith(repository, await repository.image(), ["latest"], { now: NOW });
    await putWith(repository, image, ["1.2.3", "1.2.4-rc.1", "latest"], {
      facts: facts({ title: "App", description: "Does it", problem: "odd" }),
      now: NOW + 5,
    });
    const sbom = await artifact(repository, SPDX, { subject: subjectOf(image) });
    const signature = await artifact(repository, SIGNATURE, { subject: subjectOf(image) });
    for (const referrer of [sbom, signature]) await putWith(repository, referrer, []);
    await store().tags.countPulls([{ repository: repository.name, tag: tagOf("latest"), count: 3, at: NOW + 9 }]);
    const row = await store().tags.row(repository.name, tagOf("latest"));
    expect(row).toMatchObject({ tag: "latest", class: "floating", rule: "floating-name", version: undefined, resolvesTo: "1.2.4-rc.1", moves: 1 });
    expect(row).toMatchObject({ createdAt: NOW, updatedAt: NOW + 5, pulls: 3, pulledAt: NOW + 9 });
    expect(row?.manifest).toMatchObject({ digest: image.digest, title: "App", description: "Does it", problem: "odd", signed: true, subject: undefined });
    expect(row?.manifest.referrers).toEqual({ [SPDX]: 1, [SIGNATURE]: 1 });
    expect(await store().tags.row(repository.name, tagOf("1.2.4-rc.1"))).toMatchObject({ class: "semver", version: "1.2.4-rc.1", prerelease: true });
    expect(await store().manifests.summary(repository.name, sbom.digest)).toMatchObject({ subject: image.digest, type: SPDX, signed: false, referrers: {} });
    await repository.deleteManifest(signature);
    expect((await store().manifests.summary(repository.name, image.digest))?.referrers).toEqual({ [SPDX]: 1 });
    expect(await store().tags.listOf(repository.name, image.digest, 2)).toEqual(["1.2.3", "1.2.4-rc.1"].map(tagOf));
  });

  test("what is not there is undefined or empty", async () => {
    const name = newName();
    const sort = { by: "name", descending: false } as const;
    expect(await store().tags.listRows({ repository: name, filter: {}, sort, limit: 10 })).toBeUndefined();
    expect(await store().tags.row(name, tagOf("x"))).toBeUndefined();
    expect(await store().manifests.summary(name, unknownDigest())).toBeUndefined();
    expect(await store().tags.listOf(name, unknownDigest(), 10)).toEqual([]);
  });

  test("annotations as large as a manifest may be bound the page, not the list", async () => {
    const repository = new RepositoryFixture(store());
    const large = async (n: number): Promise<Document> => repository.image({ annotations: { n: `${n}`, text: "x".repeat(1_500_000) } });
    for (let n = 0; n < 5; n++) await repository.put(await large(n), [`t${n}`]);
    const query: TagQuery = { repository: repository.name, filter: { annotations: ["text"] }, sort: { by: "name", descending: false }, limit: 100 };
    const first = await store().tags.listRows(query);
    expect(first?.rows.length).toBeLessThan(5);
    expect(await names(store(), query)).toEqual(["t0", "t1", "t2", "t3", "t4"]);
    const unfiltered = await store().tags.listRows({ ...query, filter: {} });
    expect(unfiltered?.rows.map(({ tag, manifest }) => [tag, Object.keys(manifest.annotations).length])).toEqual(
      [0, 1, 2, 3, 4].map((n) => [tagOf(`t${n}`), 0]),
    );
    expect(Object.keys((await store().tags.row(repository.name, tagOf("t0")))?.manifest.annotations ?? {})).toEqual(["n", "text"]);
  });

  test("a position that nobody gave out is a place to start at, not an error", async () => {
    const repository = new RepositoryFixture(store());
    await repository.pushed("1.0.0");
    for (const { by, descending } of SORTS) {
      for (const key of ["text", -1, 1.5, Number.NaN, "\0"]) {
        const query = { repository: repository.name, filter: {}, sort: { by, descending }, after: { key, name: "\0'" }, limit: 10 };
        expect((await store().tags.listRows(query))?.rows.length).toBeLessThanOrEqual(1);
      }
    }
  });
}

/** All tags of a list, page by page. */
async function names(store: MetadataStore, query: TagQuery): Promise<string[]> {
  const all: string[] = [];
  let after: Position | undefined = query.after;
  for (let pages = 0; pages < 100; pages++) {
    const page = await store.tags.listRows({ ...query, after });
    if (page === undefined) throw new Error("the repository is unknown");
    expect(page.rows.length).toBeLessThanOrEqual(query.limit);
    all.push(...page.rows.map(({ tag }) => tag));
    if (page.next === undefined) return all;
    after = page.next;
  }
  throw new Error(`the list has no end; so far: ${all.join(" ")}`);
}
