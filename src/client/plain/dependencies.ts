import type { Dependency } from "../../artifacts/facts.ts";
import { exactTags, requiredRange } from "../../artifacts/requirement.ts";
import { isAttestationType, isSbomType } from "../../artifacts/signature-types.ts";
import type { Digest } from "../../oci/digest.ts";
import { isRepositoryName, type RepositoryName } from "../../oci/name.ts";
import { isTag, type Tag } from "../../oci/tag.ts";
import { ClientError, isClientError } from "../client-error.ts";
import type { DependenciesAnswer } from "../packages/answers.ts";
import type { PageOptions } from "../packages/package-source.ts";
import { mapParallel } from "./parallel.ts";
import type { PlainArtifact, PlainRepository } from "./plain-repository.ts";
import { selectVersions, versionsOf } from "./versions.ts";

/** Referrers whose content is read for what they declare. */
const SBOM_LIMIT = 16;

/** Dependencies that are looked for in the registry. */
const RESOLVE_LIMIT = 50;

type Row = DependenciesAnswer["dependencies"][number];

/**
 * What an artifact declares that it depends on, itself and in the SBOMs that refer to it, and what suits best in the same registry:
 * in the repository that is named, or for modules and components in the one beside it that has their name.
 * @throws ClientError `not-found`
 */
export async function plainDependencies(repository: PlainRepository, reference: Tag | Digest, { limit }: PageOptions): Promise<DependenciesAnswer> {
  const artifact = await repository.artifact(reference);
  if (artifact === undefined) throw new ClientError("not-found", `${repository.label} has no ${reference}, or it is not visible to this user`);
  const facts = await repository.facts(artifact);
  const { digest } = artifact.descriptor;
  const declared = facts.dependencies.map((dependency) => ({ dependency, declaredBy: digest }));
  for (const sbom of await sbomsOf(repository, digest)) {
    const { dependencies } = await repository.facts(sbom);
    declared.push(...dependencies.map((dependency) => ({ dependency, declaredBy: sbom.descriptor.digest })));
  }
  const shown = declared.slice(0, limit);
  const resolve = resolver(repository, facts.provides);
  let asked = 0;
  const rows = await mapParallel(shown, async ({ dependency, declaredBy }): Promise<Row> => {
    const { kind, key, name, registry = null, requirement = null, digest = null } = dependency;
    const resolved = kind === "sbom-package" || ++asked > RESOLVE_LIMIT ? null : await resolve(dependency);
    return { kind, key, name, registry, requirement, digest, declaredBy, resolved };
  });
  if (asked > RESOLVE_LIMIT) repository.note(`${RESOLVE_LIMIT} of the ${asked} dependencies of ${repository.label} were looked for in the registry`);
  return { source: "computed", name: repository.repository, digest, dependencies: rows, problem: facts.problem ?? null, more: declared.length > shown.length };
}

async function sbomsOf(repository: PlainRepository, subject: Digest): Promise<PlainArtifact[]> {
  const referrers = (await repository.referrers(subject)).filter(({ artifactType = "" }) => isSbomType(artifactType) || isAttestationType(artifactType));
  if (referrers.length > SBOM_LIMIT) repository.note(`${SBOM_LIMIT} of the ${referrers.length} SBOMs and attestations of ${repository.label} were read`);
  const read = await mapParallel(referrers.slice(0, SBOM_LIMIT), ({ digest }) => repository.artifact(digest));
  return read.filter((artifact) => artifact !== undefined);
}

/** @param provides keys of the artifact that declares: its own name tells where, before the names of others, they lie */
function resolver(repository: PlainRepository, provides: readonly string[]): (dependency: Dependency) => Promise<Row["resolved"]> {
  const siblings = new Map<RepositoryName, PlainRepository>([[repository.repository, repository]]);
  return async (dependency) => {
    const name = repositoryOf(dependency.key, repository.repository, provides);
    if (name === undefined) return null;
    const there = siblings.get(name) ?? repository.sibling(name);
    siblings.set(name, there);
    try {
      return await bestOf(there, dependency);
    } catch (error) {
      if (isClientError(error, "not-found") || isClientError(error, "permission")) return null;
      throw error;
    }
  };
}

/** `oci:<name>` names it; `cue:<path>` and `ocm:<name>` lie where the declaring one does, with the other name at the end. */
function repositoryOf(key: string, own: RepositoryName, provides: readonly string[]): RepositoryName | undefined {
  const [scheme = "", path = ""] = key.split(/:(.*)/s);
  if (scheme === "oci") return isRepositoryName(path) ? path : undefined;
  for (const provided of provides) {
    if (!provided.startsWith(`${scheme}:`)) continue;
    const ownPath = provided.slice(scheme.length + 1);
    const name = own.endsWith(ownPath) ? `${own.slice(0, own.length - ownPath.length)}${path}` : "";
    if (isRepositoryName(name)) return name;
  }
  return undefined;
}

/** The digest that is named, else the very version or tag, else the highest version of the range; without a requirement the latest. */
async function bestOf(repository: PlainRepository, dependency: Dependency): Promise<Row["resolved"]> {
  const found = (tag: Tag | null, digest: Digest): Row["resolved"] => ({ repository: repository.repository, tag, digest });
  const { digest, requirement } = dependency;
  if (digest !== undefined && (await repository.head(digest)) !== undefined) return found(null, digest);
  for (const tag of exactTags(dependency).filter(isTag)) {
    const head = await repository.head(tag);
    if (head !== undefined) return found(tag, head.digest);
  }
  const range = requiredRange(dependency);
  if (range === undefined && requirement !== undefined) return null;
  for (const { tag } of selectVersions(versionsOf(await repository.tags()), { range: range?.text }).slice(0, 1)) {
    const head = await repository.head(tag);
    if (head !== undefined) return found(tag, head.digest);
  }
  return null;
}
