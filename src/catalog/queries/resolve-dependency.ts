import type { Dependencies } from "../../api/graph.ts";
import type { Dependency } from "../../artifacts/facts.ts";
import type { RepositoryName } from "../../oci/name.ts";
import { bestMatch, componentBeside } from "../../packages/dependencies.ts";
import type { Visibility } from "../../storage/metadata/records.ts";
import type { Ports } from "../../storage/metadata/store.ts";
import { scanVersions } from "./scan-versions.ts";

type Resolved = Dependencies["dependencies"][number]["resolved"];

/** Repositories that are looked into for one dependency. */
const PROVIDERS = 5;

/**
 * Finds what meets dependencies best among visible repositories, see `bestMatch`. Equal questions are asked once.
 * @param dependent the repository of what depends: component versions refer to those of the same place
 */
export function createResolver(
  metadata: Ports<"manifests" | "tags" | "graph">,
  visible: Visibility,
  dependent: RepositoryName,
): (dependency: Dependency) => Promise<Resolved> {
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
    const near = kind === "ocm-component" ? componentBeside(dependent, dependency.name) : undefined;
    const answer = repositories.then((names) => firstFound(metadata, near !== undefined && sees(near) ? [near, ...names] : names, dependency));
    answers.set(question, answer);
    return answer;
  };
}

async function firstFound(metadata: Ports<"manifests" | "tags">, repositories: readonly RepositoryName[], dependency: Dependency): Promise<Resolved> {
  for (const repository of repositories) {
    const found = await bestOf(metadata, repository, dependency);
    if (found !== null) return found;
  }
  return null;
}

async function bestOf(metadata: Ports<"manifests" | "tags">, repository: RepositoryName, dependency: Dependency): Promise<Resolved> {
  const match = await bestMatch(dependency, {
    async byDigest(digest) {
      if ((await metadata.manifests.summary(repository, digest)) === undefined) return undefined;
      const [tag = null] = await metadata.tags.listOf(repository, digest, 1);
      return { tag, digest };
    },
    async byTag(tag) {
      const row = await metadata.tags.row(repository, tag);
      return row && { tag, digest: row.manifest.digest };
    },
    async highest(range) {
      const page = await scanVersions(metadata.tags, { repository, filter: {}, range, prereleases: undefined, descending: true, limit: 1, firstOnly: true });
      const row = page?.rows[0];
      return row && { tag: row.tag, digest: row.manifest.digest };
    },
  });
  return match === undefined ? null : { repository, ...match };
}
