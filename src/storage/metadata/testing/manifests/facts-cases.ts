import { expect, test } from "bun:test";
import type { Dependency } from "../../../../artifacts/facts.ts";
import type { PackageFilter } from "../../catalog/packages.ts";
import type { Visibility } from "../../records.ts";
import { artifact, facts, HELM, ownName, pushed, putWith, SIGNATURE, SPDX } from "../catalog-fixture.ts";
import { ACTOR, type GetStore, imageDocument, indexDocument, NOW, RepositoryFixture, subjectOf, tagOf, unknownDigest } from "../fixture.ts";

const ALL: Visibility = { prefixes: undefined, all: true, matches: () => true };

export function factsCases(store: GetStore): void {
  const found = async (repository: RepositoryFixture, filter: PackageFilter): Promise<boolean> => {
    const namespace = repository.name.split("/")[0];
    const { rows } = await store().packages.list({ filter: { ...filter, namespace }, sort: { by: "name", descending: false }, limit: 10, visible: ALL });
    return rows.some((row) => row.name === repository.name);
  };
  const linux = { os: "linux", architecture: "arm64", variant: "v8" };
  const dependency: Dependency = { kind: "helm-chart", key: `helm:https://charts.example/${crypto.randomUUID()}`, name: "common", requirement: "^1.2" };

  test("what a manifest says about itself is stored with it, and gone with it", async () => {
    const repository = new RepositoryFixture(store(), ownName());
    const chart = await artifact(repository, HELM, { annotations: { color: "red", long: "x".repeat(300) } });
    const provides = [`cue:${crypto.randomUUID()}`];
    const said = facts({ platforms: [linux], labels: { team: "a" }, title: "Chart", description: "A chart", provides, dependencies: [dependency] });
    await putWith(repository, chart, ["1.0.0", "latest"], { facts: { ...said, problem: "no values" } });
    expect(await store().manifests.summary(repository.name, chart.digest)).toMatchObject({
      type: HELM,
      title: "Chart",
      description: "A chart",
      labels: { team: "a" },
      platforms: ["linux/arm64/v8"],
      problem: "no values",
    });
    const filters: PackageFilter[] = [
      { types: [HELM] },
      { artifactTypes: [HELM] },
      { platforms: ["linux/arm64"] },
      { platforms: ["linux/arm64/v8"] },
      { annotations: ["color=red", "color", "long"] },
      { labels: ["team=a"] },
      { classes: ["semver"] },
      { classes: ["floating"] },
    ];
    for (const filter of filters) expect([filter, await found(repository, filter)]).toEqual([filter, true]);
    expect(await found(repository, { annotations: [`long=${"x".repeat(300)}`] })).toBe(false);
    expect(await store().packages.find(repository.name)).toMatchObject({ title: "Chart", contentType: HELM, counts: { tags: 2, versions: 1, manifests: 1 } });
    expect(await store().graph.providers(provides[0] ?? "", ALL, 10)).toEqual([repository.name]);
    expect(await store().graph.providers(`oci:${repository.name}`, ALL, 10)).toEqual([repository.name]);
    expect((await store().graph.dependencies(repository.name, chart.digest, { limit: 10 })).rows).toMatchObject([dependency]);
    const dependents = async () => (await store().graph.dependents({ keys: [dependency.key], limit: 10, visible: ALL })).rows;
    expect(await dependents()).toMatchObject([{ repository: repository.name, digest: chart.digest }]);

    await repository.deleteManifest(chart);
    for (const filter of filters) expect([filter, await found(repository, filter)]).toEqual([filter, false]);
    expect(await store().packages.find(repository.name)).toMatchObject({ contentType: undefined, counts: { tags: 0, versions: 0, manifests: 0 } });
    expect(await store().graph.providers(`oci:${repository.name}`, ALL, 10)).toEqual([]);
    expect(await dependents()).toEqual([]);
    const request = { repository: repository.name, tag: tagOf("1.0.0"), digest: chart.digest, actor: ACTOR, now: NOW };
    expect(await store().tags.restore(request)).toEqual({ outcome: "restored", warnings: [] });
    for (const filter of filters.slice(0, -1)) expect([filter, await found(repository, filter)]).toEqual([filter, true]);
    expect(await dependents()).toHaveLength(1);
  });

  test("facts may come later, and again", async () => {
    const repository = new RepositoryFixture(store(), ownName());
    const chart = await pushed(repository, HELM, "1.0.0");
    const waiting = async () => (await store().manifests.listWithoutFacts(1000)).some(({ digest }) => digest === chart.digest);
    expect(await waiting()).toBe(true);
    expect(await found(repository, { types: [HELM] })).toBe(true);
    const pushedAs = await store().repositories.find(repository.name);
    const put = (more: Parameters<typeof facts>[0]) => store().manifests.putFacts({ repository: repository.name, digest: chart.digest, facts: facts(more) });
    await put({ labels: { a: "1" }, title: "One", dependencies: [dependency] });
    expect(await waiting()).toBe(false);
    expect(await found(repository, { labels: ["a=1"] })).toBe(true);
    expect((await store().packages.find(repository.name))?.title).toBe("One");
    await put({ labels: { b: "2" }, platforms: [linux] });
    expect(await found(repository, { labels: ["a"] })).toBe(false);
    expect(await found(repository, { labels: ["b"], platforms: ["linux/arm64"] })).toBe(true);
    expect((await store().graph.dependencies(repository.name, chart.digest, { limit: 10 })).rows).toEqual([]);
    const revision = await repository.revision();
    expect(revision).toBeGreaterThan(pushedAs?.revision ?? 0);
    expect((await store().repositories.find(repository.name))?.updatedAt).toBe(pushedAs?.updatedAt ?? 0);
    await store().manifests.putFacts({ repository: repository.name, digest: unknownDigest(), facts: facts() });
    await store().manifests.putFacts({ repository: ownName(), digest: chart.digest, facts: facts() });
    // A push that brings what is known already changes nothing; one without facts takes none away.
    expect(await putWith(repository, chart, ["1.0.0"], { facts: facts({ labels: { c: "3" } }) })).toMatchObject({ created: false });
    expect(await repository.put(chart, [])).toMatchObject({ created: false });
    expect(await repository.revision()).toBe(revision);
    expect(await found(repository, { labels: ["b=2"] })).toBe(true);
  });

  test("a platform is found by its usual name, however it was written", async () => {
    const repository = new RepositoryFixture(store(), ownName());
    const platforms = [
      { os: "Linux", architecture: "x86_64" },
      { os: "linux", architecture: "armhf" },
    ];
    await putWith(repository, await repository.image(), ["1.0.0"], { facts: facts({ platforms }) });
    for (const name of ["linux/amd64", "linux/arm/v7", "linux/arm"]) expect([name, await found(repository, { platforms: [name] })]).toEqual([name, true]);
    expect(await found(repository, { platforms: ["linux/arm/v6"] })).toBe(false);
  });

  test("an index has the common type and the platforms of its children", async () => {
    const repository = new RepositoryFixture(store(), ownName());
    const [one, other] = [await pushed(repository, HELM), await pushed(repository, SPDX)];
    const same = indexDocument([one]);
    const mixed = indexDocument([one, other]);
    await putWith(repository, same, ["1.0.0"], { facts: facts() });
    await putWith(repository, mixed, [], { facts: facts() });
    expect(await store().manifests.summary(repository.name, same.digest)).toMatchObject({ type: HELM, platforms: ["linux/arm64/v8"] });
    expect((await store().manifests.summary(repository.name, mixed.digest))?.type).toBeUndefined();
    expect(await found(repository, { platforms: ["linux/arm64"] })).toBe(true);
    // Of an index that comes first the type is known once it is pushed, or read, again.
    const late = await artifact(repository, "application/vnd.example.late");
    const early = indexDocument([late]);
    await repository.put(early, ["2.0.0"]);
    expect((await store().manifests.summary(repository.name, early.digest))?.type).toBeUndefined();
    await repository.put(late);
    expect(await repository.put(early, ["2.0.0"])).toMatchObject({ created: false });
    expect((await store().manifests.summary(repository.name, early.digest))?.type).toBe("application/vnd.example.late");
  });

  test("signatures and other referrers are found by what they are", async () => {
    const repository = new RepositoryFixture(store(), ownName());
    const image = await pushed(repository, HELM, "1.0.0");
    const signature = await artifact(repository, SIGNATURE, { subject: subjectOf(image) });
    expect(await found(repository, { signed: true })).toBe(false);
    await repository.put(signature);
    expect(await found(repository, { signed: true, referrers: [SIGNATURE], types: [HELM] })).toBe(true);
    expect(await found(repository, { types: [SIGNATURE] })).toBe(false);
    await repository.deleteManifest(signature);
    expect(await found(repository, { signed: true })).toBe(false);
    const tag = `${image.digest.replace(":", "-")}.sig`;
    await pushed(repository, HELM, tag);
    expect(await found(repository, { signed: true, classes: ["attachment"] })).toBe(true);
    await repository.deleteTag(tag);
    expect(await found(repository, { signed: true })).toBe(false);
  });

  test("texts that no database can hold, and sets without an end, do no harm", async () => {
    const repository = new RepositoryFixture(store(), ownName());
    const bad = ["\0", "a\0b", "\ud800", "x".repeat(5000), ""];
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`key-${n}`, "v"]));
    const platforms = bad.map((os) => ({ os, architecture: "amd64" }));
    const dependencies = bad.map((text) => ({ kind: "helm-chart", key: text, name: text, requirement: text, registry: text }) as const);
    const said = facts({ labels: { ...Object.fromEntries(bad.map((text) => [text, text])), ...many }, platforms, provides: bad, dependencies });
    const annotations = { ...many, ...Object.fromEntries(bad.map((text) => [text, text])), unique: unknownDigest() };
    const document = imageDocument(await repository.blob(), { annotations });
    const text = "t\0\ud800";
    expect(await putWith(repository, document, ["1.0.0"], { facts: { ...said, title: text, description: text, problem: text } })).toMatchObject({
      created: true,
    });
    expect(await found(repository, { annotations: ["key-1=v"] })).toBe(true);
    await store().manifests.putFacts({ repository: repository.name, digest: document.digest, facts: said });
    await repository.deleteManifest(document);
  });
}
