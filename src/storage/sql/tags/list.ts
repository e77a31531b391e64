import type { RepositoryName } from "../../../oci/name.ts";
import type { Tag } from "../../../oci/tag.ts";
import type { Page } from "../../metadata/records.ts";
import type { Executor } from "../engine/executor.ts";
import { rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import { repositoryId } from "../repositories/reads.ts";

const TAGS = rowsOf({ name: tables.tag.name })`SELECT name FROM tag
  WHERE repository_id = (SELECT id FROM repository WHERE name = ${"repository"}) AND name > ${"after"} ORDER BY name LIMIT ${"limit"}`;

export async function listTags(x: Executor, repository: RepositoryName, page: Page): Promise<Tag[] | undefined> {
  const rows = await x.query(TAGS, { repository, after: page.after ?? "", limit: page.limit });
  if (rows.length === 0 && (await repositoryId(x, repository)) === undefined) return undefined;
  return rows.map((row) => row.name);
}
