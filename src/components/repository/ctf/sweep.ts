import { isClientError } from "../../../client/client-error.ts";
import type { ContentSource } from "../../../client/content/content.ts";
import { parseStored } from "../../../client/content/stored-manifest.ts";
import { fallbackTag } from "../../../client/remote/referrers.ts";
import type { Digest } from "../../../oci/digest.ts";
import type { RepositoryName } from "../../../oci/name.ts";
import type { ArtifactIndex, IndexEntry } from "./artifact-index.ts";

/** A manifest that a tag named, and names no more. */
export interface ReplacedManifest {
  readonly repository: RepositoryName;
  readonly digest: Digest;
}

/** What an archive holds only for manifests that lost their tags. */
export interface Sweep {
  readonly index: ArtifactIndex;
  /** Blobs that nothing needs any more. */
  readonly blobs: readonly Digest[];
}

/**
 * What becomes of an archive in which tags were moved: the manifests that had them go with all that only they reach, also where the index names
 * their parts without a tag. Other content that has no tag stays: it is somebody's.
 * @throws ClientError where a manifest that stays cannot be read: then nobody knows what it needs
 */
export async function planSweep(
  index: ArtifactIndex,
  replaced: readonly ReplacedManifest[],
  sourceOf: (repository: RepositoryName) => ContentSource,
): Promise<Sweep> {
  const former = new Closure(sourceOf);
  for (const { repository, digest } of replaced) await former.add(repository, digest);
  const repositories = new Set(replaced.map(({ repository }) => repository));
  const isFormer = ({ repository, digest }: IndexEntry) => repositories.has(repository) && former.manifests.has(digest);
  const listsOfFormer = new Set([...former.manifests].map(fallbackTag));
  const isList = ({ repository, tag }: IndexEntry) => tag !== undefined && repositories.has(repository) && listsOfFormer.has(tag);
  const roots = index.filter((entry) => (entry.tag === undefined ? !isFormer(entry) : !isList(entry)));
  const kept = new Closure(sourceOf);
  for (const { repository, digest } of roots) await kept.add(repository, digest);
  // lists of referrers live as long as what they are about
  const lists = index.filter((entry) => isList(entry) && [...kept.manifests].some((digest) => fallbackTag(digest) === entry.tag));
  for (const { repository, digest } of lists) await kept.add(repository, digest);
  for (const { repository, digest } of index.filter((entry) => isList(entry) && !lists.includes(entry))) await former.add(repository, digest);
  const isKept = (entry: IndexEntry) => roots.includes(entry) || lists.includes(entry) || (entry.tag === undefined && kept.blobs.has(entry.digest));
  return { index: index.filter(isKept), blobs: [...former.blobs].filter((digest) => !kept.blobs.has(digest)) };
}

/** Manifests with all that they reach, each once. What is not there reaches nothing. */
class Closure {
  readonly manifests = new Set<Digest>();
  /** Manifests, too. */
  readonly blobs = new Set<Digest>();
  readonly #sourceOf: (repository: RepositoryName) => ContentSource;

  constructor(sourceOf: (repository: RepositoryName) => ContentSource) {
    this.#sourceOf = sourceOf;
  }

  async add(repository: RepositoryName, root: Digest): Promise<void> {
    const source = this.#sourceOf(repository);
    const waiting = [root];
    for (let digest = waiting.pop(); digest !== undefined; digest = waiting.pop()) {
      if (this.manifests.has(digest)) continue;
      this.manifests.add(digest);
      this.blobs.add(digest);
      const manifest = await source.manifest(digest).catch((error) => {
        if (isClientError(error, "not-found")) return undefined;
        throw error;
      });
      for (const edge of manifest === undefined ? [] : parseStored(manifest, source.name).edges) {
        if (edge.kind === "subject") continue;
        if (edge.kind === "child") waiting.push(edge.digest);
        else this.blobs.add(edge.digest);
      }
    }
  }
}
