import type { Digest } from "../../../oci/digest.ts";
import type { Tag } from "../../../oci/tag.ts";
import type { Executor } from "../engine/executor.ts";
import { lockRepository, type RepositoryChange } from "../repositories/locks.ts";
import { Tally } from "../repositories/tally.ts";
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
  const tally = new Tally(repository.id);
  await removeTags(x, tally, request, removed);
  await tally.write(x, request.now);
  return removed.map((target) => target.name);
}
