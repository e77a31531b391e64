import { describe, expect, test } from "bun:test";
import { parseRepositoryName } from "../../../../oci/name.ts";
import type { CatalogChange, StoredType } from "../../catalog/definitions.ts";
import { MetadataStoreError } from "../../error.ts";
import type { Visibility } from "../../records.ts";
import { change, HELM, newNamespace, projectDefinition, pushed, repositoryDefinition, WASM } from "../catalog-fixture.ts";
import { ACTOR, type GetStore, NOW, RepositoryFixture, tagOf } from "../fixture.ts";

const ALL: Visibility = { prefixes: undefined, all: true, matches: () => true };

export function definitionCases(store: GetStore): void {
  const described = { description: "All of it", labels: { b: "2", a: "1" }, owner: "user:alice" };
  const repositoryIn = (...path: readonly string[]) => new RepositoryFixture(store(), parseRepositoryName(path.join("/")));
  const placeOf = async ({ name }: RepositoryFixture) => {
    const row = await store().repositories.find(name);
    return row === undefined ? undefined : `${row.namespace}/${row.project}`;
  };
  const refusal = (...changes: readonly CatalogChange[]): Promise<unknown> => change(store(), ...changes).catch((error: unknown) => error);
  /** What a change does to the revision and the audit record. */
  const trace = async (...changes: readonly CatalogChange[]): Promise<string[]> => {
    const [before] = await store().audit.list({ limit: 1 });
    const revision = await store().definitions.revision();
    const { rights, program } = await store().definitions.rights();
    await change(store(), ...changes);
    const entries = (await store().audit.list({ limit: 20 })).filter((entry) => entry.id > (before?.id ?? 0));
    expect((await store().definitions.revision()) - revision).toBe(entries.length === 0 ? 0 : 1);
    const after = await store().definitions.rights();
    expect(after).toEqual({ rights: entries.length === 0 ? rights : after.rights, catalog: await store().definitions.revision(), program });
    expect(after.rights > rights).toBe(entries.length > 0);
    return entries.map(({ action, reference, repository }) => `${action} ${reference ?? repository ?? ""}`.trim()).reverse();
  };

  test("definitions are stored as they are, and once: what changes nothing leaves no trace", async () => {
    const namespace = newNamespace();
    const name = parseRepositoryName(`${namespace}/p/r`);
    const project = projectDefinition(namespace, "p", {
      ...described,
      visibility: "public",
      policies: { types: "off", versions: "enforce", dependents: "warn" },
      repositories: [`${namespace}/x/**`, `${namespace}/y`],
    });
    const type: StoredType = { type: `application/vnd.${namespace}`, rule: "known", title: "A type", definition: { icon: "x", consume: "get" } };
    const changes: CatalogChange[] = [
      { kind: "put-project", project },
      { kind: "put-namespace", namespace: { name: namespace, ...described } },
      { kind: "put-repository", repository: repositoryDefinition(name, { ...described, contentType: HELM }) },
      { kind: "set-grants", grants: [{ subjects: ["user:alice"], repositories: `${namespace}/**`, actions: ["pull"] }] },
      { kind: "put-type", type },
      { kind: "put-type", type: { ...type, rule: "deny", title: undefined, definition: {} } },
    ];
    expect(await trace(...changes)).toEqual([
      `project.put ${namespace}/p`,
      `namespace.put ${namespace}`,
      `repository.put ${name}`,
      "grants.set",
      `type.put ${type.type}`,
      `type.put ${type.type}`,
    ]);
    expect(await trace(...changes)).toEqual([]);
    expect(await store().definitions.project(namespace, "p")).toEqual({ ...project, declared: true });
    expect(await store().definitions.namespace(namespace)).toEqual({ name: namespace, ...described, declared: true });
    expect(await store().definitions.repository(name)).toEqual({ name, ...described, contentType: HELM, declared: true });
    expect(await store().repositories.policies(name)).toEqual(project.policies);
    const declared = await store().definitions.declared();
    expect(declared.namespaces).toContainEqual({ name: namespace, ...described });
    expect(declared.grants).toEqual([{ subjects: ["user:alice"], repositories: `${namespace}/**`, actions: ["pull"] }]);
    expect(declared.types).toContainEqual(type);
    const labels = { filter: { namespace, labels: ["a=1"] }, sort: { by: "name", descending: false }, limit: 10, visible: ALL } as const;
    expect((await store().packages.list(labels)).rows.map((row) => row.name)).toEqual([name]);
    expect(await trace({ kind: "put-repository", repository: repositoryDefinition(name, { labels: { c: "3" } }) })).toHaveLength(1);
    expect((await store().packages.list(labels)).rows).toEqual([]);
    expect(await trace({ kind: "delete-type", type: type.type, rule: "deny" }, { kind: "delete-type", type: type.type, rule: "allow" })).toHaveLength(1);
    await change(store(), { kind: "set-grants", grants: [] }, { kind: "delete-type", type: type.type, rule: "known" });
  });

  describe("globs", () => {
    test("move the repositories that they name, and take back those that they no longer do", async () => {
      const [from, to] = [newNamespace(), newNamespace()];
      const [one, two, late] = [repositoryIn(from, "a", "one"), repositoryIn(from, "a", "two"), repositoryIn(from, "a", "late")];
      for (const repository of [one, two]) await pushed(repository, HELM, "1.0.0");
      const put = (...repositories: string[]) => change(store(), { kind: "put-project", project: projectDefinition(to, "p", { repositories }) });
      await put(`${from}/a/*`);
      await pushed(late, HELM, "1.0.0");
      for (const repository of [one, two, late]) expect(await placeOf(repository)).toBe(`${to}/p`);
      const listed = async (filter: { namespace: string; project?: string }) =>
        (await store().packages.list({ filter, sort: { by: "name", descending: false }, limit: 10, visible: ALL })).rows.map((row) => row.name);
      expect(await listed({ namespace: from })).toEqual([]);
      expect(await listed({ namespace: to, project: "p" })).toEqual([late.name, one.name, two.name]);
      await put(two.name);
      expect(await placeOf(one)).toBe(`${from}/a`);
      expect(await placeOf(two)).toBe(`${to}/p`);
      await change(store(), { kind: "put-project", project: projectDefinition(to, "q", { repositories: [`${from}/**`] }) });
      expect(await placeOf(one)).toBe(`${to}/q`);
      expect(await placeOf(two)).toBe(`${to}/p`);
      await change(store(), { kind: "delete-project", namespace: to, name: "p" });
      expect(await placeOf(two)).toBe(`${to}/q`);
      await change(store(), { kind: "delete-project", namespace: to, name: "q" }, { kind: "delete-namespace", name: to });
      expect(await placeOf(two)).toBe(`${from}/a`);
      expect(await listed({ namespace: from, project: "a" })).toEqual([late.name, one.name, two.name]);
      expect(await store().definitions.namespace(to)).toBeUndefined();
    });

    test("belong to one project each, but may pass to another in one change", async () => {
      const namespace = newNamespace();
      const glob = `${namespace}/x/*`;
      const put = (name: string, ...repositories: string[]): CatalogChange => ({
        kind: "put-project",
        project: projectDefinition(namespace, name, { repositories }),
      });
      await pushed(repositoryIn(namespace, "x", "r"), HELM);
      await change(store(), put("a", glob));
      expect(await refusal(put("b", glob))).toMatchObject({ reason: "conflict", message: expect.stringContaining(glob) });
      expect(await store().definitions.project(namespace, "b")).toBeUndefined();
      await change(store(), put("b", glob), put("a"));
      expect(await placeOf(repositoryIn(namespace, "x", "r"))).toBe(`${namespace}/b`);
    });
  });

  test("what is not empty is not deleted, and a step that fails takes the others back", async () => {
    const namespace = newNamespace();
    const repository = repositoryIn(namespace, "p", "r");
    await pushed(repository, HELM);
    const other = newNamespace();
    const declare: CatalogChange = { kind: "put-namespace", namespace: { name: other, ...described } };
    for (const step of [
      { kind: "delete-namespace", name: namespace },
      { kind: "delete-project", namespace, name: "p" },
    ] as const) {
      const error = await refusal(declare, step);
      expect(error).toBeInstanceOf(MetadataStoreError);
      expect(error).toMatchObject({ reason: "conflict", message: expect.stringContaining(`${namespace}/p`) });
    }
    expect(await store().definitions.namespace(other)).toBeUndefined();
    expect(await trace({ kind: "delete-namespace", name: other }, { kind: "delete-project", namespace: other, name: "p" })).toEqual([]);
    await change(store(), { kind: "delete-repository", name: repository.name }, { kind: "delete-namespace", name: namespace });
    expect(await store().definitions.namespace(namespace)).toBeUndefined();
  });

  describe("a deleted repository", () => {
    test("is gone with all its tags and manifests, but its history stays", async () => {
      const repository = repositoryIn(newNamespace(), "p", "r");
      const blob = await repository.blob();
      const image = await pushed(repository, HELM, "1.0.0", "latest");
      const revision = await repository.revision();
      expect(await trace({ kind: "delete-repository", name: repository.name })).toEqual([`repository.delete ${repository.name}`]);
      expect(await trace({ kind: "delete-repository", name: repository.name })).toEqual([]);
      expect(await store().repositories.find(repository.name)).toBeUndefined();
      expect(await store().packages.find(repository.name)).toBeUndefined();
      expect(await store().repositories.list({ limit: 10, prefixes: [repository.name] })).toEqual([]);
      expect(await store().tags.list(repository.name, { limit: 10 })).toBeUndefined();
      expect(await store().blobs.find(repository.name, blob)).toBeUndefined();
      expect(await store().blobs.listRepositories(blob, { limit: 10 })).toEqual([]);
      expect(await repository.has(image)).toBe(false);
      expect(await repository.deleteTag("latest")).toBe(false);
      const events = await store().tags.listEvents(repository.name, undefined, { limit: 10 });
      expect(events.map(({ operation, tag }) => `${operation} ${tag}`)).toEqual(["delete latest", "delete 1.0.0", "create latest", "create 1.0.0"]);
      await pushed(repository, WASM, "1.0.0");
      expect(await store().packages.find(repository.name)).toMatchObject({ contentType: WASM, counts: { tags: 1, versions: 1, manifests: 1 } });
      expect(await repository.revision()).toBeGreaterThan(revision);
    });

    test("comes back with a tag that is restored", async () => {
      const repository = repositoryIn(newNamespace(), "p", "r");
      const image = await pushed(repository, HELM, "1.0.0");
      await pushed(repository, HELM, "2.0.0");
      await change(store(), { kind: "delete-repository", name: repository.name });
      const request = { repository: repository.name, tag: tagOf("1.0.0"), digest: image.digest, actor: ACTOR, now: NOW };
      expect(await store().tags.restore(request)).toEqual({ outcome: "restored", warnings: [] });
      expect(await repository.has(image)).toBe(true);
      const [namespace, project] = repository.name.split("/");
      expect(await store().packages.find(repository.name)).toMatchObject({ namespace, project, contentType: HELM, counts: { tags: 1, manifests: 1 } });
    });
  });

  test("a definition that is taken back takes no content along", async () => {
    const [namespace, empty] = [newNamespace(), newNamespace()];
    const repository = repositoryIn(namespace, "p", "r");
    await pushed(repository, HELM, "1.0.0");
    const project = projectDefinition(namespace, "q", { ...described, visibility: "public", repositories: [repository.name] });
    await change(
      store(),
      { kind: "put-namespace", namespace: { name: namespace, ...described } },
      { kind: "put-namespace", namespace: { name: empty, ...described } },
      { kind: "put-project", project },
      { kind: "put-repository", repository: repositoryDefinition(repository.name, { ...described, contentType: WASM }) },
    );
    const steps: CatalogChange[] = [
      { kind: "undeclare-repository", name: repository.name },
      { kind: "undeclare-project", namespace, name: "q" },
      { kind: "undeclare-namespace", name: namespace },
      { kind: "undeclare-namespace", name: empty },
    ];
    expect(await trace(...steps)).toHaveLength(4);
    expect(await trace(...steps)).toEqual([]);
    expect(await store().packages.find(repository.name)).toMatchObject({ namespace, project: "p", contentType: HELM, labels: {}, visibility: "private" });
    expect(await store().definitions.project(namespace, "q")).toBeUndefined();
    expect(await store().definitions.namespace(namespace)).toMatchObject({ declared: false, description: undefined });
    expect(await store().definitions.namespace(empty)).toBeUndefined();
  });
}
