import type { Dependencies } from "../../api/graph.ts";
import type { Dependency } from "../../artifacts/facts.ts";
import { exactTags, requiredRange } from "../../artifacts/requirement.ts";
import { isRepositoryName, type RepositoryName } from "../../oci/name.ts";
import { isTag } from "../../oci/tag.ts";
import type { VersionRange } from "../../oci/version-range.ts";
import type { Visibility } from "../../storage/metadata/records.ts";
import type { MetadataPorts } from "../../storage/metadata/store.ts";
import { scanVersions } from "./scan-versions.ts";

type Resolved = Dependencies["dependencies"][number]["resolved"];

/** Repositories that are looked into for one dependency. */
const PROVIDERS = 5;

/**
 * Finds what meets dependencies best among visible repositories: the digest that is named, else the very version or tag,
 * else the highest version of the range; without a requirement the latest version. Equal questions are asked once.
 * @param dependent the repository of what depends: component versions refer to those of the same place
 */
export function createResolver(metadata: MetadataPorts, visible: Visibility, dependent: RepositoryName): (dependency: Dependency) => Promise<Resolved> {
  const providers = new Map<string, Promise<RepositoryName[]>>();
  const sees = (repository: RepositoryName) => visible.all || visible.matches(repository);
  const answers = new Map<string, Promise<Resolved>>();
  return (dependency) => {
    const { key, requirement, digest, kind } = dependency;
    const question = JSON.stringify([kind, key, requirement, digest]);
    const known = answers.get(question);
    if (known !== undefined) return known;
    const repositories = providers.get(key) ?? metadata.graph.providers(key, visible, PROVIDERS);
    providers.set(key, repositories);
    const near = kind === "ocm-component" ? besides(dependent, dependency.name) : undefined;
    const answer = repositories.then((names) => firstFound(metadata, near !== undefined && sees(near) ? [near, ...names] : names, dependency));
    answers.set(question, answer);
    return answer;
  };
}

/** The folder that holds the components of a place (OCM specification, "OCI registries"). */
const COMPONENTS = "component-descriptors/";

/** Where a component is that is in the same place as another. */
function besides(repository: RepositoryName, component: string): RepositoryName | undefined {
  const at = `/${repository}`.indexOf(`/${COMPONENTS}`);
  const name = `${repository.slice(0, Math.max(at, 0))}${COMPONENTS}${component}`;
  return at >= 0 && isRepositoryName(name) ? name : undefined;
}

async function firstFound(metadata: MetadataPorts, repositories: readonly RepositoryName[], dependency: Dependency): Promise<Resolved> {
  for (const repository of repositories) {
    const found = await bestOf(metadata, repository, dependency);
    if (found !== null) return found;
  }
  return null;
}

async function bestOf(metadata: MetadataPorts, repository: RepositoryName, dependency: Dependency): Promise<Resolved> {
  const { digest, requirement } = dependency;
  if (digest !== undefined && (await metadata.manifests.summary(repository, digest)) !== undefined) {
    const [tag = null] = await metadata.tags.listOf(repository, digest, 1);
    return { repository, tag, digest };
  }
  for (const tag of exactTags(dependency).filter(isTag)) {
    const row = await metadata.tags.row(repository, tag);
    if (row !== undefined) return { repository, tag, digest: row.manifest.digest };
  }
  const range = requiredRange(dependency);
  if (range === undefined && requirement !== undefined) return null;
  return highest(metadata, repository, range);
}

async function highest(metadata: MetadataPorts, repository: RepositoryName, range: VersionRange | undefined): Promise<Resolved> {
  const page = await scanVersions(metadata.tags, { repository, filter: {}, range, prereleases: undefined, descending: true, limit: 1, firstOnly: true });
  const row = page?.rows[0];
  return row === undefined ? null : { repository, tag: row.tag, digest: row.manifest.digest };
}
