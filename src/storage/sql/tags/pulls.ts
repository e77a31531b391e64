import type { RepositoryName } from "../../../oci/name.ts";
import type { Tag } from "../../../oci/tag.ts";
import type { Millis } from "../../metadata/records.ts";
import type { TagStore } from "../../metadata/tags.ts";
import type { Executor } from "../engine/executor.ts";
import { field, integerField, objects, strings } from "../engine/parameters.ts";
import { sql } from "../engine/sql.ts";
import { command, rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import { lockRepositories } from "../repositories/locks.ts";

const { id, name } = tables.repository;

const IDS = rowsOf({ id, name }, () => sql`SELECT id, name FROM repository WHERE name IN (SELECT value FROM ${strings("names")}) AND deleted_at IS NULL`);

const COUNT_OF_REPOSITORIES = command(
  () => sql`UPDATE repository SET pulls = pulls + pull.amount
  FROM (SELECT ${integerField("id")} AS id, ${integerField("count")} AS amount FROM ${objects("pulls")}) AS pull WHERE repository.id = pull.id`,
);

const COUNT_OF_TAGS = command(
  () => sql`UPDATE tag SET pulls = pulls + pull.amount, pulled_at = CASE WHEN pulled_at > pull.at THEN pulled_at ELSE pull.at END
  FROM (SELECT ${integerField("repository")} AS repository_id, ${field("tag")} AS name, ${integerField("count")} AS amount, ${integerField("at")} AS at
          FROM ${objects("pulls")}) AS pull
  WHERE tag.repository_id = pull.repository_id AND tag.name = pull.name`,
);

type Pull = Parameters<TagStore["countPulls"]>[0][number];
type Batch = NonNullable<Parameters<TagStore["countPulls"]>[1]>;

/** Repositories and tags that are not there, or no longer, are left out. */
export async function countPulls(x: Executor, pulls: readonly Pull[], once?: Batch): Promise<void> {
  if (once !== undefined && !(await takeBatch(x, once))) return;
  const ids = await idsOf(x, [...new Set(pulls.map((pull) => pull.repository))]);
  if (ids.size === 0) return;
  await lockRepositories(x, [...ids.values()]);
  const repositories = new Map<number, number>();
  const tags = new Map<string, { repository: number; tag: Tag; count: number; at: Millis }>();
  for (const { repository: name, tag, count, at } of pulls) {
    const repository = ids.get(name);
    if (repository === undefined) continue;
    repositories.set(repository, (repositories.get(repository) ?? 0) + count);
    if (tag === undefined) continue;
    const before = tags.get(`${repository} ${tag}`);
    tags.set(`${repository} ${tag}`, { repository, tag, count: (before?.count ?? 0) + count, at: Math.max(before?.at ?? 0, at) });
  }
  x.send(COUNT_OF_REPOSITORIES, { pulls: JSON.stringify([...repositories].map(([id, count]) => ({ id, count }))) });
  x.send(COUNT_OF_TAGS, { pulls: JSON.stringify([...tags.values()]) });
}

async function idsOf(x: Executor, names: readonly RepositoryName[]): Promise<Map<RepositoryName, number>> {
  const rows = await x.query(IDS, { names: JSON.stringify(names) });
  return new Map(rows.map((row) => [row.name, row.id]));
}

/** Milliseconds after which the batches of a process that ended are forgotten. */
const FORGOTTEN = 24 * 3_600_000;

const TAKE = rowsOf(
  { batch: tables.pull_batch.batch },
  () => sql`INSERT INTO pull_batch (counter, batch, at) VALUES (${"counter"}, ${"batch"}, ${"at"})
  ON CONFLICT (counter) DO UPDATE SET batch = excluded.batch, at = excluded.at WHERE pull_batch.batch < excluded.batch RETURNING batch`,
);
const FORGET = command(() => sql`DELETE FROM pull_batch WHERE at < ${"before"}`);

/** False where this batch was counted before. */
async function takeBatch(x: Executor, batch: Batch): Promise<boolean> {
  if (batch.batch === 1) await x.query(FORGET, { before: batch.at - FORGOTTEN });
  return (await x.query(TAKE, batch)).length > 0;
}
