import type { z } from "zod";
import type { listTagsQuery, TagList } from "../../api/tags.ts";
import type { RepositoryName } from "../../oci/name.ts";
import { unknownRepository } from "../../registry/blobs.ts";
import type { Position } from "../../storage/metadata/records.ts";
import type { TagFilter } from "../../storage/metadata/tags.ts";
import type { Catalog } from "../catalog.ts";
import { type Page, pageSize, parseSort } from "./paging.ts";
import { platformNames } from "./platforms.ts";
import { tagDocument } from "./tag-document.ts";
import { parseTime } from "./time.ts";

/**
 * Tags of a repository, filtered and sorted; `semver` lists versions only.
 * @throws RegistryError `NAME_UNKNOWN`
 */
export async function listTags(
  { metadata }: Catalog<"tags" | "repositories">,
  name: RepositoryName,
  query: z.output<typeof listTagsQuery>,
  after: Position | undefined,
): Promise<Page<TagList>> {
  const sort = parseSort(query.sort ?? "name");
  const filter = { ...tagFilterOf(query), classes: query.class };
  const page = await metadata.tags.listRows({ repository: name, filter, sort, after, limit: pageSize(query.n) });
  if (page === undefined) throw unknownRepository(name);
  const policies = await metadata.repositories.policies(name);
  return { reply: { name, tags: page.rows.map((row) => tagDocument(row, policies)) }, next: page.next };
}

/** The filter that parameters stand for, without classes. */
export function tagFilterOf(query: Omit<z.output<typeof listTagsQuery>, "class" | "sort" | "n" | "cursor">): TagFilter {
  return {
    name: query.name,
    types: query.type,
    platforms: platformNames(query.platform),
    annotations: query.annotation,
    labels: query.label,
    signed: query.signed,
    referrers: query.referrer,
    since: parseTime(query.since),
    until: parseTime(query.until),
  };
}
