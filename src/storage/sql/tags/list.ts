import type { RepositoryName } from "../../../oci/name.ts";
import type { Tag } from "../../../oci/tag.ts";
import type { Page } from "../../metadata/records.ts";
import type { Executor } from "../engine/executor.ts";
import { repositoryId } from "../repositories/reads.ts";

const TAGS = `SELECT name FROM tag WHERE repository_id = (SELECT id FROM repository WHERE name = $1) AND name > $2 ORDER BY name LIMIT $3`;

export async function listTags(x: Executor, repository: RepositoryName, page: Page): Promise<Tag[] | undefined> {
  const rows = await x.query<{ name: Tag }>(TAGS, [repository, page.after ?? "", page.limit]);
  if (rows.length === 0 && (await repositoryId(x, repository)) === undefined) return undefined;
  return rows.map((row) => row.name);
}
