import { expect } from "bun:test";
import type { ArtifactFacts } from "../../../artifacts/facts.ts";
import type { CatalogChange, ProjectDefinition, RepositoryDefinition } from "../catalog/definitions.ts";
import { DEFAULT_POLICIES } from "../catalog/policies.ts";
import type { ManifestPutResult } from "../manifests.ts";
import type { Millis } from "../records.ts";
import type { MetadataStore } from "../store.ts";
import { ACTOR, type Document, imageDocument, NOW, newName, type RepositoryFixture, tagOf, unknownDigest } from "./fixture.ts";

export const HELM = "application/vnd.cncf.helm.config.v1+json";
export const WASM = "application/vnd.wasm.config.v0+json";
export const SPDX = "application/spdx+json";
export const SIGNATURE = "application/vnd.cncf.notary.signature";

/** Facts of an artifact that says little. */
export function facts(more: Partial<ArtifactFacts> = {}): ArtifactFacts {
  return { platforms: [], labels: {}, provides: [], dependencies: [], truncated: false, ...more };
}

/** A namespace that no other call gave. */
export function newNamespace(): string {
  return `ns-${crypto.randomUUID().slice(0, 8)}`;
}

export function projectDefinition(namespace: string, name: string, more: Partial<ProjectDefinition> = {}): ProjectDefinition {
  return {
    namespace,
    name,
    description: undefined,
    labels: {},
    owner: undefined,
    visibility: "private",
    policies: DEFAULT_POLICIES,
    repositories: [],
    ...more,
  };
}

export function repositoryDefinition(name: RepositoryDefinition["name"], more: Partial<RepositoryDefinition> = {}): RepositoryDefinition {
  return { name, description: undefined, labels: {}, owner: undefined, contentType: undefined, ...more };
}

export function change(store: MetadataStore, ...changes: readonly CatalogChange[]): Promise<void> {
  return store.definitions.change({ changes, actor: ACTOR, now: NOW });
}

/** Declares the project of a repository with these policies. */
export async function declarePolicies(store: MetadataStore, name: string, policies: Partial<ProjectDefinition["policies"]>): Promise<void> {
  const [namespace = "", project = ""] = name.split("/");
  await change(store, { kind: "put-project", project: projectDefinition(namespace, project, { policies: { ...DEFAULT_POLICIES, ...policies } }) });
}

/** A name in a namespace of its own, so that its project is nobody else's. */
export function ownName(): ReturnType<typeof newName> {
  return newName(`${newNamespace()}/app`);
}

/** An artifact of this type, with its own blob, that was linked but not pushed. */
export async function artifact(repository: RepositoryFixture, artifactType: string, more: Readonly<Record<string, unknown>> = {}): Promise<Document> {
  return imageDocument(await repository.blob(), { artifactType, annotations: { unique: unknownDigest() }, ...more });
}

export function putWith(
  repository: RepositoryFixture,
  document: Document,
  tags: readonly string[],
  more: { readonly facts?: ArtifactFacts; readonly typeProblem?: string; readonly now?: Millis } = {},
): Promise<ManifestPutResult> {
  const { now = NOW, ...rest } = more;
  return repository.store.manifests.put({ ...repository.request(document, tags, now), ...rest });
}

/** Pushes an artifact that policies have nothing against. */
export async function pushed(repository: RepositoryFixture, artifactType: string, ...tags: readonly string[]): Promise<Document> {
  const document = await artifact(repository, artifactType);
  expect(await repository.put(document, tags)).toMatchObject({ outcome: "stored", warnings: [] });
  return document;
}

/** What a tag points to. */
export async function target(repository: RepositoryFixture, tag: string): Promise<string | undefined> {
  return (await repository.store.manifests.findByTag(repository.name, tagOf(tag)))?.digest;
}
