import { type Dependency, OF_SUBJECT } from "../../artifacts/facts.ts";
import { isAttestationType, isSbomType } from "../../artifacts/signature-types.ts";
import type { Digest } from "../../oci/digest.ts";
import { isRepositoryName, type RepositoryName } from "../../oci/name.ts";
import type { Tag } from "../../oci/tag.ts";
import { bestMatch, componentBeside, type DependencyMatch, dependencyDocument, isRepeated } from "../../packages/dependencies.ts";
import { selectVersions, versionsOf } from "../../packages/versions.ts";
import { isClientError } from "../client-error.ts";
import type { DependenciesAnswer } from "../packages/answers.ts";
import type { PageOptions } from "../packages/package-source.ts";
import { readable } from "./neighbours.ts";
import { mapParallel } from "./parallel.ts";
import { absent, type PlainArtifact, type PlainRepository } from "./plain-repository.ts";

/** Children of an index, and referrers of each, whose content is read for what they declare. */
const CHILD_LIMIT = 16;
const SBOM_LIMIT = 16;

/** Dependencies that are looked for in the registry. */
const RESOLVE_LIMIT = 50;

type Row = DependenciesAnswer["dependencies"][number];

/**
 * What an artifact declares that it depends on, itself, in what an index lists, and in the SBOMs that refer to them; with what suits best
 * in the same registry: in the repository that is named, or for modules and components in the one beside it that has their name.
 * @throws ClientError `not-found`
 */
export async function plainDependencies(repository: PlainRepository, reference: Tag | Digest, { limit }: PageOptions): Promise<DependenciesAnswer> {
  const artifact = await repository.artifact(reference);
  if (artifact === undefined) throw absent(repository, reference);
  const facts = await repository.facts(artifact);
  const { digest } = artifact.descriptor;
  const declared = (await mapParallel(await declarers(repository, artifact), (declarer) => declaredBy(repository, declarer))).flat();
  const own = declared.filter(({ dependency: { kind }, declaredBy }) => !isRepeated({ kind, declaredBy }, digest));
  const shown = own.slice(0, limit);
  const resolve = resolver(repository, facts.provides);
  let asked = 0;
  const rows = await mapParallel(shown, async ({ dependency, declaredBy }): Promise<Row> => {
    const resolved = dependency.kind === OF_SUBJECT || ++asked > RESOLVE_LIMIT ? null : await resolve(dependency);
    return { ...dependencyDocument(dependency), declaredBy, resolved };
  });
  if (asked > RESOLVE_LIMIT) repository.note(`${RESOLVE_LIMIT} of the ${asked} dependencies of ${repository.label} were looked for in the registry`);
  return { source: "computed", name: repository.repository, digest, dependencies: rows, problem: facts.problem ?? null, more: own.length > shown.length };
}

/** The artifact, and the children of an index: each may declare dependencies of its own. */
async function declarers(repository: PlainRepository, artifact: PlainArtifact): Promise<PlainArtifact[]> {
  const listed = artifact.manifest.edges.filter(({ kind }) => kind === "child").map(({ digest }) => digest);
  const children = [...new Set(listed)];
  if (children.length > CHILD_LIMIT) repository.note(`${CHILD_LIMIT} of the ${children.length} manifests in the index of ${repository.label} were read`);
  const read = await mapParallel(children.slice(0, CHILD_LIMIT), (digest) => readable(repository, digest));
  return [artifact, ...read.filter((child) => child !== undefined)];
}

interface Declared {
  readonly dependency: Dependency;
  readonly declaredBy: Digest;
}

/** What a manifest declares of itself, and its SBOMs of it: what they need for themselves is no need of their subject. */
async function declaredBy(repository: PlainRepository, artifact: PlainArtifact): Promise<Declared[]> {
  const of = async (declarer: PlainArtifact): Promise<Declared[]> =>
    (await repository.facts(declarer)).dependencies.map((dependency) => ({ dependency, declaredBy: declarer.descriptor.digest }));
  const sboms = await mapParallel(await sbomsOf(repository, artifact.descriptor.digest), of);
  return [...(await of(artifact)), ...sboms.flat().filter(({ dependency }) => dependency.kind === OF_SUBJECT)];
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
      const match = await bestMatch(dependency, candidates(there));
      return match === undefined ? null : { repository: name, ...match };
    } catch (error) {
      if (isClientError(error, "not-found") || isClientError(error, "permission")) return null;
      throw error;
    }
  };
}

/** `oci:<name>` names it; `ocm:<name>` and `cue:<path>` lie where the declaring one does, with the other name at the end. */
function repositoryOf(key: string, own: RepositoryName, provides: readonly string[]): RepositoryName | undefined {
  const [scheme = "", path = ""] = key.split(/:(.*)/s);
  if (scheme === "oci") return isRepositoryName(path) ? path : undefined;
  if (scheme === "ocm") return componentBeside(own, path);
  for (const provided of provides) {
    if (!provided.startsWith(`${scheme}:`)) continue;
    const ownPath = provided.slice(scheme.length + 1);
    const name = own.endsWith(ownPath) ? `${own.slice(0, own.length - ownPath.length)}${path}` : "";
    if (isRepositoryName(name)) return name;
  }
  return undefined;
}

function candidates(repository: PlainRepository): Parameters<typeof bestMatch>[1] {
  const named = async (reference: Tag | Digest, tag: Tag | null): Promise<DependencyMatch | undefined> => {
    const head = await repository.head(reference);
    return head && { tag, digest: head.digest };
  };
  return {
    byDigest: (digest) => named(digest, null),
    byTag: (tag) => named(tag, tag),
    async highest(range) {
      const [version] = selectVersions(versionsOf(await repository.tags()), { range });
      return version && (await named(version.tag, version.tag));
    },
  };
}
