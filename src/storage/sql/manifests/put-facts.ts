import type { ArtifactFacts } from "../../../artifacts/facts.ts";
import type { Digest } from "../../../oci/digest.ts";
import type { RepositoryName } from "../../../oci/name.ts";
import { tagClass } from "../engine/codes.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { command, rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import { isExempt, RepositoryCounters } from "../repositories/counters.ts";
import { lockRepository } from "../repositories/locks.ts";
import { tagsOfManifest } from "../tags/change.ts";
import { refreshManifest } from "./refresh.ts";

const ID = rowsOf({ id: tables.manifest.id })`SELECT id FROM manifest
  WHERE repository_id = ${"repository"} AND content_id = (SELECT id FROM content WHERE digest = ${"digest"}) AND deleted_at IS NULL`;
/** Answers that hold as long as the revision have facts in them; to the repository's time of change they do not count. */
const REVISE = command`UPDATE repository SET revision = revision + 1 WHERE id = ${"id"}`;

export async function putFacts(
  x: Executor,
  request: { readonly repository: RepositoryName; readonly digest: Digest; readonly facts: ArtifactFacts },
): Promise<void> {
  const repository = await lockRepository(x, request.repository);
  if (repository === undefined) return;
  const manifest = await queryOne(x, ID, { repository: repository.id, digest: request.digest });
  if (manifest === undefined) return;
  const counters = new RepositoryCounters(repository.id);
  const { facts } = request;
  const { type } = await refreshManifest(x, counters, { id: manifest.id, repository: request.repository, facts });
  const tags = await tagsOfManifest(x, manifest.id);
  if (tags.some((tag) => !isExempt(tagClass(tag.class)))) counters.tagged(type, facts.title);
  await counters.write(x, undefined);
  await x.query(REVISE, { id: repository.id });
}
