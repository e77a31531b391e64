import type { z } from "zod";
import type { listVersionsQuery, VersionList } from "../../api/tags.ts";
import type { RepositoryName } from "../../oci/name.ts";
import { unknownRepository } from "../../registry/blobs.ts";
import type { Position } from "../../storage/metadata/records.ts";
import type { Catalog } from "../catalog.ts";
import { type Page, pageSize } from "./paging.ts";
import { scanVersions } from "./scan-versions.ts";
import { tagDocument } from "./tag-document.ts";
import { tagFilterOf } from "./tags.ts";
import { requireRange } from "./version-range.ts";

/** Floating tags that are shown at most. */
const FLOATING = 100;

/**
 * Versions in their order, and what floating tags stand for.
 * @throws RegistryError `NAME_UNKNOWN`, `VERSION_RANGE_INVALID` for a range that is none
 */
export async function listVersions(
  { metadata }: Catalog<"tags" | "repositories">,
  name: RepositoryName,
  query: z.output<typeof listVersionsQuery>,
  after: Position | undefined,
): Promise<Page<VersionList>> {
  const page = await scanVersions(metadata.tags, {
    repository: name,
    filter: tagFilterOf(query),
    range: requireRange(query.range),
    prereleases: query.prerelease,
    descending: query.order !== "asc",
    after,
    limit: pageSize(query.n),
  });
  if (page === undefined) throw unknownRepository(name);
  const policies = await metadata.repositories.policies(name);
  const floating = await metadata.tags.listRows({
    repository: name,
    filter: { classes: ["floating"] },
    sort: { by: "name", descending: false },
    limit: FLOATING,
  });
  return {
    reply: {
      name,
      versions: page.rows.map((row) => tagDocument(row, policies)),
      floating: Object.fromEntries((floating?.rows ?? []).map(({ tag, resolvesTo }) => [tag, resolvesTo ?? null])),
    },
    next: page.next,
  };
}
