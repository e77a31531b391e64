import { describe, expect, test } from "bun:test";
import type { Dependency } from "../../../../artifacts/facts.ts";
import type { Digest } from "../../../../oci/digest.ts";
import type { Position, Visibility } from "../../records.ts";
import { artifact, change, facts, HELM, ownName, pushed, putWith, SPDX } from "../catalog-fixture.ts";
import { type GetStore, imageDocument, indexDocument, NOW, RepositoryFixture, subjectOf, tagOf, unknownDigest } from "../fixture.ts";
import { EVERYTHING } from "../packages/model.ts";

export function graphCases(store: GetStore): void {
  const nobody: Visibility = { prefixes: [], all: false, matches: () => false };

  test("edges lead down from manifests and up to those that are visible", async () => {
    const repository = new RepositoryFixture(store());
    const { name } = repository;
    const [one, other] = [await repository.pushed(), await repository.pushed()];
    const index = indexDocument([one, other]);
    await repository.put(index, ["multi"]);
    const sbom = await artifact(repository, SPDX, { subject: subjectOf(index) });
    await repository.put(sbom);
    const down = await store().graph.edgesFrom(name, [index.digest, one.digest], 100);
    expect(down.map(({ from, to, kind }) => [from, to, kind]).slice(0, 2)).toEqual([
      [index.digest, one.digest, "child"],
      [index.digest, other.digest, "child"],
    ]);
    expect(down).toHaveLength(4);
    expect(down[0]).toMatchObject({ position: 0, platform: { os: "linux", architecture: "arm64", variant: "v8" } });
    expect(await store().graph.edgesFrom(name, [index.digest, one.digest], 3)).toEqual(down.slice(0, 3));
    const up = await store().graph.edgesTo(name, [one.digest, index.digest], 100);
    expect(up.map(({ from, to, kind }) => [from, to, kind])).toEqual([
      [index.digest, one.digest, "child"],
      [sbom.digest, index.digest, "subject"],
    ]);
    expect(await store().graph.edgesTo(name, [one.digest, index.digest], 1)).toEqual(up.slice(0, 1));
    expect(await store().graph.manifests(name, [index.digest, unknownDigest(), sbom.digest])).toMatchObject([
      { digest: index.digest, tags: ["multi"] },
      { digest: sbom.digest, type: SPDX, tags: [] },
    ]);
    await repository.deleteManifest(sbom);
    expect(await store().graph.edgesTo(name, [index.digest], 100)).toEqual([]);
    expect(await store().graph.edgesFrom(name, [sbom.digest], 100)).toEqual([]);
    expect(await store().graph.manifests(name, [sbom.digest])).toEqual([]);
  });

  test("uses of a blob, and of a manifest, across repositories, page by page, only visible ones", async () => {
    const blob = unknownDigest();
    const seen: RepositoryFixture[] = [];
    for (let n = 0; n < 3; n++) {
      const repository = new RepositoryFixture(store());
      await repository.blob(blob);
      for (const tag of ["a", "b"]) await repository.put(imageDocument(blob, { annotations: { n: `${n}${tag}` } }), [tag]);
      seen.push(repository);
    }
    const uses = async (digest: Digest, limit: number, visible: Visibility): Promise<string[]> => {
      const all: string[] = [];
      let after: Position | undefined;
      for (let pages = 0; pages < 50; pages++) {
        const page = await store().graph.uses({ digest, after, limit, visible });
        all.push(...page.rows.map((row) => `${row.repository} ${row.kind} ${row.tags.join()}`));
        if (page.next === undefined) return all;
        after = page.next;
      }
      throw new Error("the list has no end");
    };
    // The blob is config and layer at once, so each manifest uses it twice.
    const all = await uses(blob, 100, EVERYTHING);
    expect([...new Set(all)]).toHaveLength(12);
    expect(all).toHaveLength(12);
    for (const limit of [1, 2, 5]) expect([...new Set(await uses(blob, limit, EVERYTHING))].sort()).toEqual([...all].sort());
    const [first] = seen;
    if (first === undefined) throw new Error("there is no repository");
    const own = { prefixes: [first.name], all: false, matches: (name: string) => name === first.name };
    expect([...new Set((await uses(blob, 2, own)).map((line) => line.split(" ")[0]))]).toEqual([first.name]);
    expect(await uses(blob, 100, nobody)).toEqual([]);
    expect(await uses(unknownDigest(), 100, EVERYTHING)).toEqual([]);
    const image = await first.pushed("c");
    expect(await uses(image.digest, 100, EVERYTHING)).toEqual([`${first.name} manifest c`]);
    const bad = await store().graph.uses({ digest: blob, after: { key: "x", name: "'\0.." }, limit: 3, visible: EVERYTHING });
    expect(bad.rows.length).toBeGreaterThan(0);
  });

  describe("dependencies", () => {
    const needs = (key: string, more: Partial<Dependency> = {}): Dependency => ({ kind: "helm-chart", key, name: key, requirement: "^1.0", ...more });

    test("what an artifact declares, and what its SBOM declares for it, and who depends on a key or digest", async () => {
      const repository = new RepositoryFixture(store(), ownName());
      const key = `helm:https://charts.example.test/${crypto.randomUUID()}`;
      const base = unknownDigest();
      const chart = await artifact(repository, HELM);
      const own = [needs(key), needs("oci:x", { kind: "base-image", digest: base, registry: "registry.example.test" })];
      await putWith(repository, chart, ["1.0.0"], { facts: facts({ dependencies: own, provides: ["helm:mine"] }) });
      const sbom = await artifact(repository, SPDX, { subject: subjectOf(chart) });
      const packages = Array.from({ length: 5 }, (_, n) => needs(`pkg:npm/p${n}-${key}`, { kind: "sbom-package", requirement: "1.0.0" }));
      await putWith(repository, sbom, [], { facts: facts({ dependencies: packages }) });
      const all = await store().graph.dependencies(repository.name, chart.digest, { limit: 100 });
      expect(all.next).toBeUndefined();
      expect(all.rows).toEqual([...own.map((row) => ({ ...row, declaredBy: chart.digest })), ...packages.map((row) => ({ ...row, declaredBy: sbom.digest }))]);
      const paged = [];
      for (let after: number | undefined, pages = 0; pages < 20; pages++) {
        const page = await store().graph.dependencies(repository.name, chart.digest, { after, limit: 2 });
        paged.push(...page.rows);
        after = page.next;
        if (after === undefined) break;
      }
      expect(paged).toEqual([...all.rows]);
      const dependents = (keys: readonly string[], visible = EVERYTHING, digest?: Digest) => store().graph.dependents({ keys, digest, limit: 10, visible });
      const expected = { repository: repository.name, digest: chart.digest, declaredBy: chart.digest, tags: [tagOf("1.0.0")] };
      expect((await dependents([key])).rows).toMatchObject([{ ...expected, dependency: { key, requirement: "^1.0" } }]);
      expect((await dependents([`pkg:npm/p3-${key}`])).rows).toMatchObject([{ ...expected, declaredBy: sbom.digest }]);
      expect((await dependents([], EVERYTHING, base)).rows).toMatchObject([{ ...expected, dependency: { digest: base, registry: "registry.example.test" } }]);
      expect((await dependents([key, `pkg:npm/p1-${key}`])).rows).toHaveLength(2);
      for (const none of [await dependents([key], nobody), await dependents(["absent", "\0", "\ud800"]), await dependents([])]) expect(none.rows).toEqual([]);
      expect(await store().graph.providedKeys(repository.name)).toEqual(expect.arrayContaining([`oci:${repository.name}`, "helm:mine"]));
      expect(await store().graph.providers(`oci:${repository.name}`, EVERYTHING, 10)).toEqual([repository.name]);
      expect(await store().graph.providers("helm:mine", nobody, 10)).toEqual([]);
      await repository.deleteManifest(chart);
      expect((await dependents([key])).rows).toEqual([]);
      expect(await store().graph.dependencies(repository.name, chart.digest, { limit: 10 })).toEqual({ rows: [], next: undefined });
    });

    test("dependents come in pages without a gap", async () => {
      const repository = new RepositoryFixture(store(), ownName());
      const key = `cue:${crypto.randomUUID()}`;
      for (let n = 0; n < 7; n++) await putWith(repository, await artifact(repository, HELM), [`t${n}`], { facts: facts({ dependencies: [needs(key)] }) });
      const found: string[] = [];
      for (let after: number | undefined, pages = 0; pages < 20; pages++) {
        const page = await store().graph.dependents({ keys: [key], after, limit: 3, visible: EVERYTHING });
        found.push(...page.rows.flatMap(({ tags }) => tags));
        after = page.next;
        if (after === undefined) break;
      }
      expect(found).toEqual(["t0", "t1", "t2", "t3", "t4", "t5", "t6"]);
    });
  });

  test("links for statistics: how often each content is referred to, and what is loose", async () => {
    const repository = new RepositoryFixture(store());
    const shared = await repository.blob();
    await repository.blob();
    for (const n of ["1", "2"]) await repository.put(imageDocument(shared, { annotations: { n } }), [n]);
    const links = await store().graph.links({ repository: repository.name, limit: 100 });
    expect(links).toMatchObject([
      { repository: repository.name, size: 10, references: 4, loose: false, linkedAt: NOW },
      { references: 0, loose: true },
    ]);
    const [first] = links;
    expect(await store().graph.links({ repository: repository.name, after: first, limit: 100 })).toEqual(links.slice(1));
    expect((await store().graph.links({ limit: 1000 })).length).toBeGreaterThanOrEqual(2);
  });

  test("manifests that nobody has read are named until their facts are there", async () => {
    const repository = new RepositoryFixture(store());
    const image = await pushed(repository, HELM, "x");
    const unread = async () => (await store().manifests.listWithoutFacts(10_000)).filter((row) => row.repository === repository.name);
    expect(await unread()).toMatchObject([{ repository: repository.name, digest: image.digest }]);
    await store().manifests.putFacts({ repository: repository.name, digest: image.digest, facts: facts() });
    expect(await unread()).toEqual([]);
  });

  test("a repository that was deleted is in none of these", async () => {
    const repository = new RepositoryFixture(store(), ownName());
    const image = await repository.image();
    const key = `helm:${crypto.randomUUID()}`;
    await putWith(repository, image, ["1.0.0"], { facts: facts({ dependencies: [needs(key)], provides: [key] }) });
    await change(store(), { kind: "delete-repository", name: repository.name });
    expect(await store().packages.find(repository.name)).toBeUndefined();
    expect(await store().definitions.repository(repository.name)).toBeUndefined();
    expect(await store().manifests.summary(repository.name, image.digest)).toBeUndefined();
    expect((await store().graph.uses({ digest: image.digest, limit: 10, visible: EVERYTHING })).rows).toEqual([]);
    expect((await store().graph.dependents({ keys: [key], limit: 10, visible: EVERYTHING })).rows).toEqual([]);
    expect(await store().graph.providers(key, EVERYTHING, 10)).toEqual([]);
    expect((await store().packages.search({ text: repository.name }, EVERYTHING, 10)).rows).toEqual([]);
    const sort = { by: "updated", descending: true } as const;
    expect((await store().packages.list({ filter: { name: repository.name }, sort, limit: 10, visible: EVERYTHING })).rows).toEqual([]);

    function needs(needed: string): Dependency {
      return { kind: "helm-chart", key: needed, name: needed };
    }
  });
}
