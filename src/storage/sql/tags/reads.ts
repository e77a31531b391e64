import type { RepositoryName } from "../../../oci/name.ts";
import type { Tag } from "../../../oci/tag.ts";
import { type Awaitable, after } from "../../awaitable.ts";
import type { Page } from "../../metadata/records.ts";
import type { TagEvent } from "../../metadata/tags.ts";
import { TELL, TOLD } from "../accounts/rights.ts";
import { tagOperation } from "../engine/codes.ts";
import { names } from "../engine/columns.ts";
import type { Executor } from "../engine/executor.ts";
import { sql } from "../engine/sql.ts";
import { rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import { repositoryId } from "../repositories/reads.ts";

const TAGS = rowsOf(
  { name: tables.tag.name, ...TOLD },
  () => sql`SELECT name, ${TELL} FROM tag
  WHERE repository_id = (SELECT id FROM repository WHERE name = ${"repository"}) AND name > ${"after"} ORDER BY name LIMIT ${"limit"}`,
);

const { repository_id: _, ...EVENT } = tables.tag_event;

const OF_REPOSITORY = sql`SELECT ${names(EVENT)} FROM tag_event
  WHERE repository_id = (SELECT id FROM repository WHERE name = ${"repository"}) AND id < ${"before"}`;

const ALL = rowsOf(EVENT, () => sql`${OF_REPOSITORY} ORDER BY id DESC LIMIT ${"limit"}`);
const OF_TAG = rowsOf(EVENT, () => sql`${OF_REPOSITORY} AND tag = ${"tag"} ORDER BY id DESC LIMIT ${"limit"}`);

export function listTags(x: Executor, repository: RepositoryName, page: Page): Awaitable<Tag[] | undefined> {
  return after(x.ask(TAGS, { repository, after: page.after ?? "", limit: page.limit }), (rows) =>
    rows.length === 0 ? noTags(x, repository) : rows.map((row) => row.name),
  );
}

async function noTags(x: Executor, repository: RepositoryName): Promise<Tag[] | undefined> {
  return (await repositoryId(x, repository)) === undefined ? undefined : [];
}

export async function tagEvents(
  x: Executor,
  repository: RepositoryName,
  tag: Tag | undefined,
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<TagEvent[]> {
  const common = { repository, before: page.before ?? Number.MAX_SAFE_INTEGER, limit: page.limit };
  const rows = tag === undefined ? await x.query(ALL, common) : await x.query(OF_TAG, { ...common, tag });
  return rows.map((row) => ({
    id: row.id,
    tag: row.tag,
    operation: tagOperation(row.operation),
    from: row.from_digest ?? undefined,
    to: row.to_digest ?? undefined,
    actor: row.actor,
    at: row.at,
  }));
}
