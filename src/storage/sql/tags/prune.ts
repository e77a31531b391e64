import type { Digest } from "../../../oci/digest.ts";
import type { Tag } from "../../../oci/tag.ts";
import type { Executor } from "../engine/executor.ts";
import { RepositoryCounters } from "../repositories/counters.ts";
import { lockRepository, type RepositoryChange } from "../repositories/locks.ts";
import { removeTags, tagTargets } from "./change.ts";

export async function pruneTags(
  x: Executor,
  request: RepositoryChange & { readonly tags: readonly { readonly tag: Tag; readonly digest: Digest }[] },
): Promise<Tag[]> {
  const repository = await lockRepository(x, request.repository);
  if (repository === undefined) return [];
  const wanted = new Map(request.tags.map(({ tag, digest }) => [tag, digest]));
  const targets = await tagTargets(x, repository.id, [...wanted.keys()]);
  const removed = [...targets.values()].filter((target) => target.digest === wanted.get(target.name));
  if (removed.length === 0) return [];
  const counters = new RepositoryCounters(repository.id);
  await removeTags(x, counters, request, removed);
  await counters.write(x, request.now);
  return removed.map((target) => target.name);
}
