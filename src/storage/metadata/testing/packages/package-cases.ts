import { describe, expect, test } from "bun:test";
import { parseRepositoryName } from "../../../../oci/name.ts";
import type { PackageQuery } from "../../catalog/packages.ts";
import { DEFAULT_POLICIES } from "../../catalog/policies.ts";
import { artifact, change, facts, HELM, newNamespace, ownName, projectDefinition, putWith, repositoryDefinition, SIGNATURE } from "../catalog-fixture.ts";
import { type GetStore, NOW, RepositoryFixture, subjectOf, tagOf, unknownDigest } from "../fixture.ts";
import { EVERYTHING, visibleBy } from "./model.ts";

const HOSTILE = [
  '"',
  "'",
  "%",
  "_",
  "*",
  "\0",
  "\ud800",
  '" OR 1=1 --',
  "NEAR(a b)",
  "a AND NOT b",
  "-x",
  "(",
  "title:x",
  "x".repeat(10_000),
  "🦆",
  "$1",
  "\\",
] as const;

export function packageCases(store: GetStore): void {
  test("a row has what was declared, what was pushed and its highest version", async () => {
    const name = ownName();
    const [namespace = "", project = ""] = name.split("/");
    const policies = { ...DEFAULT_POLICIES, versions: "enforce" } as const;
    await change(store(), { kind: "put-project", project: projectDefinition(namespace, project, { policies, visibility: "public" }) });
    await change(store(), {
      kind: "put-repository",
      repository: repositoryDefinition(name, { description: "What it is", labels: { tier: "gold" }, owner: "user:alice" }),
    });
    const repository = new RepositoryFixture(store(), name);
    const platforms = [
      { os: "linux", architecture: "arm64", variant: "v8" },
      { os: "linux", architecture: "amd64" },
    ];
    const image = await repository.image();
    await putWith(repository, image, ["1.9.0", "1.10.0-rc.1"], { facts: facts({ title: "The app", platforms }), now: NOW });
    await putWith(repository, await artifact(repository, SIGNATURE, { subject: subjectOf(image) }), [], { now: NOW + 5 });
    await store().tags.countPulls([{ repository: name, tag: undefined, count: 4, at: NOW }]);
    expect(await store().packages.find(name)).toEqual({
      name,
      namespace,
      project,
      description: "What it is",
      declared: { description: "What it is", contentType: undefined },
      labels: { tier: "gold" },
      owner: "user:alice",
      contentType: expect.any(String),
      policies,
      visibility: "public",
      title: "The app",
      latest: { tag: tagOf("1.9.0"), version: "1.9.0", digest: image.digest },
      counts: { tags: 2, versions: 2, manifests: 2 },
      platforms: ["linux/amd64", "linux/arm64/v8"],
      signed: true,
      pulls: 4,
      createdAt: NOW,
      updatedAt: NOW + 5,
    });
  });

  test("what the latest version says of itself describes the package, unless something was declared", async () => {
    const repository = new RepositoryFixture(store());
    const described = async () => (await store().packages.find(repository.name))?.description;
    await putWith(repository, await artifact(repository, HELM), ["1.0.0"], { facts: facts({ description: "The first" }) });
    await putWith(repository, await artifact(repository, HELM), ["2.0.0"], { facts: facts({ description: "The second" }) });
    expect(await described()).toBe("The second");
    await putWith(repository, await artifact(repository, HELM), ["3.0.0"], {});
    expect(await described()).toBeUndefined();
    await change(store(), { kind: "put-repository", repository: repositoryDefinition(repository.name, { description: "Declared" }) });
    expect(await described()).toBe("Declared");
    expect((await store().packages.find(repository.name))?.declared).toEqual({ description: "Declared", contentType: undefined });
  });

  test("the latest is the highest release, else the highest version, else the tag changed last that is no attachment", async () => {
    const repository = new RepositoryFixture(store());
    const latest = async () => (await store().packages.find(repository.name))?.latest?.tag;
    await repository.blob();
    expect(await latest()).toBeUndefined();
    const image = await repository.pushed("old");
    await repository.put(await repository.image(), ["main"], NOW + 1);
    await repository.put(await repository.image(), [`${image.digest.replace(":", "-")}.sig`], NOW + 2);
    expect(await latest()).toBe(tagOf("main"));
    await repository.put(await repository.image(), ["2.0.0-rc.1"], NOW - 5);
    expect(await latest()).toBe(tagOf("2.0.0-rc.1"));
    await repository.put(await repository.image(), ["1.0.0"], NOW - 6);
    expect(await latest()).toBe(tagOf("1.0.0"));
    await repository.deleteTag("1.0.0");
    expect(await latest()).toBe(tagOf("2.0.0-rc.1"));
  });

  describe("search", () => {
    test("ranks name, start of the name, title, description, then the rest; among equals the one pulled more", async () => {
      const word = `w${crypto.randomUUID().replaceAll("-", "").slice(0, 10)}`;
      const namespace = newNamespace();
      const put = async (name: string, more: { readonly title?: string; readonly description?: string; readonly value?: string }, pulls = 0) => {
        const repository = new RepositoryFixture(store(), parseRepositoryName(`${namespace}/${name}`));
        const document = await artifact(repository, HELM, more.value === undefined ? {} : { annotations: { note: more.value } });
        await putWith(repository, document, ["1.0.0"], { facts: facts(more) });
        if (pulls > 0) await store().tags.countPulls([{ repository: repository.name, tag: undefined, count: pulls, at: NOW }]);
        return repository.name;
      };
      const other = await put("a", { value: `see ${word}` });
      const described = await put("b", { description: `made of ${word}!` });
      const titled = await put("c", { title: `The ${word.toUpperCase()}` });
      const named = await put(`d-${word}`, {});
      const started = await put(`${word}-e`, {});
      const popular = await put(`${word}-f`, {}, 50);
      const exact = await put(word, {});
      const search = async (text: string, visible = EVERYTHING, limit = 10) =>
        (await store().packages.search({ text }, visible, limit)).rows.map(({ name }) => name);
      expect(await search(word)).toEqual([exact, popular, started, named, titled, described, other]);
      expect(await search(word.slice(0, -2), EVERYTHING, 3)).toEqual([popular, exact, started]);
      expect(await search(`${word} made`)).toEqual([described]);
      expect(await search(`made ${word.slice(0, 6)}`)).toEqual([described]);
      expect(await search(`${word.slice(0, 6)} made`)).toEqual([]);
      expect(await search(word, visibleBy(`${namespace}/a`, "none/**"))).toEqual([other]);
      expect(await search(word, visibleBy("*/c"))).toEqual([titled]);
      const filtered = await store().packages.search({ text: word, name: "*/b" }, EVERYTHING, 10);
      expect(filtered).toMatchObject({ rows: [{ name: described }], approximate: false });
    });

    test("finds what is said now, not what was said before", async () => {
      const name = ownName();
      const repository = new RepositoryFixture(store(), name);
      const [before, after, declared] = [1, 2, 3].map(() => `x${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}`);
      const search = async (text: string | undefined) => (await store().packages.search({ text: text ?? "" }, EVERYTHING, 10)).rows.map((row) => row.name);
      await putWith(repository, await artifact(repository, HELM), ["latest"], { facts: facts({ description: before ?? "" }) });
      expect(await search(before)).toEqual([name]);
      await putWith(repository, await artifact(repository, HELM), ["latest"], { facts: facts({ description: after ?? "" }), now: NOW + 1 });
      expect(await search(before)).toEqual([]);
      expect(await search(after)).toEqual([name]);
      await change(store(), { kind: "put-repository", repository: repositoryDefinition(name, { description: declared }) });
      expect(await search(declared)).toEqual([name]);
      await repository.deleteTag("latest");
      expect(await search(after)).toEqual([]);
    });
  });

  test.each(HOSTILE)("the text %j breaks nothing, wherever it stands", async (text) => {
    const page: Omit<PackageQuery, "filter"> = { sort: { by: "updated", descending: true }, limit: 5, visible: EVERYTHING };
    const list = [text];
    for (const filter of [
      { text },
      { name: text },
      { namespace: text },
      { project: text },
      { annotations: list },
      { labels: list },
      { types: list },
      { referrers: list },
    ]) {
      expect((await store().packages.list({ ...page, filter })).rows.length).toBeLessThanOrEqual(5);
      expect((await store().packages.count(filter, EVERYTHING, 5)).count).toBeLessThanOrEqual(5);
    }
    expect((await store().packages.search({ text }, EVERYTHING, 5)).rows.length).toBeLessThanOrEqual(5);
    expect(await store().graph.providers(text, EVERYTHING, 5)).toEqual([]);
    expect(await store().definitions.namespace(text)).toBeUndefined();
    expect(await store().definitions.project(text, text)).toBeUndefined();
    for (const by of ["name", "updated", "pulls", "semver"] as const) {
      const after = { key: text, name: text };
      expect((await store().packages.list({ ...page, sort: { by, descending: false }, after, filter: {} })).rows.length).toBeLessThanOrEqual(5);
    }
    expect((await store().packages.listNamespaces({ after: text, limit: 5, visible: EVERYTHING })).length).toBeLessThanOrEqual(5);
    expect((await store().packages.listProjects({ after: text, limit: 5, visible: EVERYTHING })).length).toBeLessThanOrEqual(5);
  });

  describe("namespaces and projects", () => {
    test("are listed with the repositories that the caller may see, page by page", async () => {
      const root = newNamespace();
      const names = [`${root}a/p/one`, `${root}a/p/two`, `${root}a/q/three`, `${root}b/four`];
      for (const name of names) await new RepositoryFixture(store(), parseRepositoryName(name)).pushed();
      await change(store(), { kind: "put-namespace", namespace: { name: `${root}c`, description: "Empty", labels: {}, owner: undefined } });
      const namespaces = async (visible = EVERYTHING, limit = 10, after = root) => {
        const rows = await store().packages.listNamespaces({ after, limit, visible });
        return rows.filter(({ name }) => name.startsWith(root)).map(({ name, repositories }) => `${name.slice(root.length)} ${repositories}`);
      };
      expect(await namespaces()).toEqual(["a 3", "b 1", "c 0"]);
      expect(await namespaces(EVERYTHING, 1, `${root}a`)).toEqual(["b 1"]);
      expect(await namespaces(visibleBy(`${root}a/p/**`))).toEqual(["a 2"]);
      expect(await namespaces(visibleBy(`*/four`))).toEqual(["b 1"]);
      expect(await namespaces(visibleBy())).toEqual([]);
      const projects = async (visible = EVERYTHING, namespace?: string, limit = 10, after = root) => {
        const rows = await store().packages.listProjects({ namespace, after, limit, visible });
        return rows.filter((row) => row.namespace.startsWith(root)).map((row) => `${row.namespace.slice(root.length)}/${row.name} ${row.repositoryCount}`);
      };
      expect(await projects()).toEqual(["a/p 2", "a/q 1", "b/_ 1"]);
      expect(await projects(EVERYTHING, `${root}b`, 10, "")).toEqual(["b/_ 1"]);
      expect(await projects(EVERYTHING, undefined, 1, `${root}a/p`)).toEqual(["a/q 1"]);
      expect(await projects(visibleBy(`${root}a/*/t*`))).toEqual(["a/p 1", "a/q 1"]);
      expect(await projects(EVERYTHING, "none")).toEqual([]);
    });

    test("what was declared comes back, alone and as a whole", async () => {
      const namespace = newNamespace();
      const revision = await store().definitions.revision();
      const project = projectDefinition(namespace, "app", {
        description: "A project",
        labels: { a: "b" },
        owner: "group:x",
        repositories: [`${namespace}-x/**`],
        visibility: "public",
      });
      const repository = repositoryDefinition(parseRepositoryName(`${namespace}/app/x`), { contentType: HELM, labels: { k: "v" } });
      const parts = { name: namespace, description: "A namespace", labels: {}, owner: undefined };
      await change(store(), { kind: "put-namespace", namespace: parts }, { kind: "put-project", project }, { kind: "put-repository", repository });
      expect(await store().definitions.namespace(namespace)).toEqual({ ...parts, declared: true });
      expect(await store().definitions.project(namespace, "app")).toEqual({ ...project, declared: true });
      expect(await store().definitions.repository(repository.name)).toEqual({ ...repository, declared: true });
      const declared = await store().definitions.declared();
      expect(declared.revision).toBeGreaterThan(revision);
      expect(declared.namespaces).toContainEqual(parts);
      expect(declared.projects).toContainEqual(project);
      expect(declared.repositories).toContainEqual(repository);
    });

    test("policies hold for repositories that are there and for those to come", async () => {
      const namespace = newNamespace();
      const policies = { types: "enforce", versions: "off", dependents: "enforce" } as const;
      await change(store(), { kind: "put-project", project: projectDefinition(namespace, "app", { policies, repositories: [`${namespace}-else/**`] }) });
      const future = parseRepositoryName(`${namespace}/app/x`);
      expect(await store().repositories.policies(future)).toEqual(policies);
      expect(await store().repositories.policies(parseRepositoryName(`${namespace}-else/y`))).toEqual(policies);
      expect(await store().repositories.policies(parseRepositoryName(`${namespace}/other/x`))).toEqual(DEFAULT_POLICIES);
      await new RepositoryFixture(store(), future).blob();
      expect(await store().repositories.policies(future)).toEqual(policies);
      expect(await store().tags.listOf(future, unknownDigest(), 1)).toEqual([]);
    });
  });

  test("facets count what the list shows", async () => {
    const namespace = newNamespace();
    for (const [name, type] of [
      ["a", HELM],
      ["b", HELM],
      ["c", "application/vnd.example.c"],
    ] as const) {
      const repository = new RepositoryFixture(store(), parseRepositoryName(`${namespace}/${name}`));
      await putWith(repository, await artifact(repository, type), ["1.0.0"], { facts: facts({ platforms: [{ os: "linux", architecture: "amd64" }] }) });
    }
    const all = await store().packages.facets({ namespace }, EVERYTHING, 100);
    expect(all).toMatchObject({ candidates: 3, approximate: false });
    expect(all.facets.type).toEqual([
      { value: HELM, count: 2 },
      { value: "application/vnd.example.c", count: 1 },
    ]);
    expect(all.facets.platform).toEqual([{ value: "linux/amd64", count: 3 }]);
    expect(all.facets.class).toEqual([{ value: "semver", count: 3 }]);
    expect((await store().packages.facets({ namespace }, visibleBy("*/a"), 100)).facets.type).toEqual([{ value: HELM, count: 1 }]);
    expect(await store().packages.facets({ namespace }, EVERYTHING, 2)).toMatchObject({ candidates: 2, approximate: true });
    expect(await store().packages.count({ namespace }, EVERYTHING, 2)).toEqual({ count: 2, approximate: true });
  });
}
