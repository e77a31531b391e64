import { describe, expect, test } from "bun:test";
import { parseRepositoryName } from "../../../../oci/name.ts";
import { artifact, change, declarePolicies, HELM, newNamespace, ownName, projectDefinition, pushed, putWith, SPDX, target, WASM } from "../catalog-fixture.ts";
import { ACTOR, type GetStore, indexDocument, NOW, RepositoryFixture, subjectOf, tagOf } from "../fixture.ts";

export function policyCases(store: GetStore): void {
  const repositoryWith = async (policies: Parameters<typeof declarePolicies>[2]): Promise<RepositoryFixture> => {
    const repository = new RepositoryFixture(store(), ownName());
    await declarePolicies(store(), repository.name, policies);
    return repository;
  };

  describe("versions", () => {
    test.each([
      ["off", "1.0.0", "stored"],
      ["warn", "1.0.0", "warned"],
      ["enforce", "1.0.0", "refused"],
      ["enforce", "v1.0.0-rc.1", "refused"],
      ["enforce", "1.0", "stored"],
      ["enforce", "latest", "stored"],
      ["enforce", "build-7", "stored"],
    ] as const)("level %s: moving the tag %s is %s", async (versions, tag, outcome) => {
      const repository = await repositoryWith({ versions });
      const first = await pushed(repository, HELM, tag);
      const second = await artifact(repository, HELM);
      const result = await repository.put(second, [tag, "other"]);
      expect(await target(repository, tag)).toBe(outcome === "refused" ? first.digest : second.digest);
      expect(await target(repository, "other")).toBe(outcome === "refused" ? undefined : second.digest);
      if (outcome === "refused") {
        expect(result).toMatchObject({ outcome: "refused", finding: { policy: "versions", level: "enforce" } });
        expect(result.outcome === "refused" && result.finding.message).toContain(tag);
        expect(await repository.has(second)).toBe(false);
      } else {
        expect(result).toMatchObject({ outcome: "stored", created: true });
        expect(result.outcome === "stored" && result.warnings.map(({ policy, level }) => [policy, level])).toEqual(
          outcome === "warned" ? [["versions", "warn"]] : [],
        );
      }
    });

    test("pushing what a version is already is fine, and a deleted version may be pushed anew", async () => {
      const repository = await repositoryWith({ versions: "enforce" });
      const first = await pushed(repository, HELM, "1.0.0");
      expect(await repository.put(first, ["1.0.0"])).toEqual({ outcome: "stored", created: false, warnings: [] });
      await repository.deleteTag("1.0.0");
      await pushed(repository, HELM, "1.0.0");
    });

    test("tagging and restoring keep to the policy too", async () => {
      const repository = await repositoryWith({ versions: "enforce" });
      const first = await pushed(repository, HELM, "1.0.0");
      const second = await pushed(repository, HELM, "2.0.0");
      const request = { repository: repository.name, tag: tagOf("1.0.0"), digest: second.digest, actor: ACTOR, now: NOW };
      expect(await store().tags.put(request)).toMatchObject({ outcome: "refused", finding: { policy: "versions" } });
      expect(await store().tags.restore(request)).toMatchObject({ outcome: "refused", finding: { policy: "versions" } });
      expect(await target(repository, "1.0.0")).toBe(first.digest);
      expect(await store().tags.put({ ...request, tag: tagOf("3.0.0") })).toEqual({ outcome: "stored", warnings: [] });
    });
  });

  describe("types", () => {
    test("another type than that of the first tag is warned of, or refused", async () => {
      const repository = await repositoryWith({ types: "warn" });
      await pushed(repository, HELM, "1.0.0");
      const second = await artifact(repository, WASM);
      const warned = await repository.put(second, ["2.0.0"]);
      expect(warned).toMatchObject({ outcome: "stored", warnings: [{ policy: "types", level: "warn", message: expect.stringContaining(WASM) }] });
      expect(await repository.put(second, ["2.0.0"])).toMatchObject({ outcome: "stored", warnings: [] });
      await declarePolicies(store(), repository.name, { types: "enforce" });
      expect(await repository.put(second, ["3.0.0"])).toMatchObject({ outcome: "refused", finding: { policy: "types", level: "enforce" } });
      expect(await store().tags.put({ repository: repository.name, tag: tagOf("3.0.0"), digest: second.digest, actor: ACTOR, now: NOW })).toMatchObject({
        outcome: "refused",
        finding: { policy: "types" },
      });
      await declarePolicies(store(), repository.name, { types: "off" });
      expect(await repository.put(second, ["3.0.0"])).toMatchObject({ outcome: "stored", warnings: [] });
    });

    test("without tags, as a referrer, as an attachment or as a list of referrers any type may come", async () => {
      const repository = await repositoryWith({ types: "enforce" });
      const chart = await pushed(repository, HELM, "1.0.0");
      const named = chart.digest.replace(":", "-");
      await pushed(repository, WASM);
      const sbom = await artifact(repository, SPDX, { subject: subjectOf(chart) });
      expect(await repository.put(sbom, ["sbom"])).toMatchObject({ outcome: "stored", warnings: [] });
      await pushed(repository, WASM, `${named}.sig`);
      const list = indexDocument([sbom], { artifactType: SPDX });
      expect(await repository.put(list, [named])).toMatchObject({ outcome: "stored", warnings: [] });
      expect(await repository.put(list, ["list"])).toMatchObject({ outcome: "refused", finding: { policy: "types" } });
      const children = indexDocument([chart]);
      expect(await repository.put(children, ["2.0.0"])).toMatchObject({ outcome: "stored", warnings: [] });
    });

    test("a repository whose tags are gone, or that is declared so, has another type", async () => {
      const repository = await repositoryWith({ types: "enforce" });
      await pushed(repository, HELM, "1.0.0");
      await repository.deleteTag("1.0.0");
      await pushed(repository, WASM, "1.0.0");
      const definition = { name: repository.name, description: undefined, labels: {}, owner: undefined, contentType: HELM };
      await change(store(), { kind: "put-repository", repository: definition });
      expect(await repository.put(await artifact(repository, WASM), ["2.0.0"])).toMatchObject({ outcome: "refused" });
      await pushed(repository, HELM, "2.0.0");
      await change(store(), { kind: "put-repository", repository: { ...definition, contentType: undefined } });
      await pushed(repository, WASM, "3.0.0");
    });

    test("what may not carry its type is refused when it is tagged, at once or later", async () => {
      const repository = await repositoryWith({ types: "enforce" });
      const image = await artifact(repository, WASM);
      const typeProblem = "only images may carry this type: push it with a type of its own";
      const finding = { policy: "types", level: "enforce", message: typeProblem };
      expect(await putWith(repository, image, ["1.0.0"], { typeProblem })).toEqual({ outcome: "refused", finding } as never);
      expect(await putWith(repository, image, [], { typeProblem })).toMatchObject({ outcome: "stored", warnings: [] });
      const request = { repository: repository.name, tag: tagOf("1.0.0"), digest: image.digest, actor: ACTOR, now: NOW };
      expect(await store().tags.put(request)).toEqual({ outcome: "refused", finding } as never);
      expect(await putWith(repository, image, ["1.0.0"])).toMatchObject({ outcome: "stored", warnings: [] });
    });

    test("Docker's images and those of the specification are of one type", async () => {
      const repository = await repositoryWith({ types: "enforce" });
      await pushed(repository, "application/vnd.docker.container.image.v1+json", "1.0.0");
      await pushed(repository, "application/vnd.oci.image.config.v1+json", "2.0.0");
    });
  });

  test("a repository that is to come has the policies of the project that it will be in, and a refusal does not create it", async () => {
    const [claimed, segments] = [newNamespace(), newNamespace()];
    const policies = { types: "enforce", versions: "warn", dependents: "warn" } as const;
    const project = projectDefinition(claimed, "p", { policies, repositories: [`${segments}/app/**`] });
    await change(store(), { kind: "put-project", project });
    const empty = indexDocument([], { annotations: { unique: crypto.randomUUID() } });
    for (const [name, outcome] of [
      [`${segments}/app/x`, "refused"],
      [`${claimed}/p/x`, "refused"],
      [`${segments}/other/x`, "stored"],
    ] as const) {
      const repository = new RepositoryFixture(store(), parseRepositoryName(name));
      expect((await putWith(repository, empty, ["1.0.0"], { typeProblem: "no" })).outcome).toBe(outcome);
      expect((await store().repositories.find(repository.name)) !== undefined).toBe(outcome === "stored");
      expect(await repository.actions()).toHaveLength(outcome === "stored" ? 2 : 0);
    }
  });
}
