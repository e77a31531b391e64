import type { RepositoryName } from "../../oci/name.ts";
import type { VersionRange } from "../../oci/version-range.ts";
import { versionFilter } from "../../packages/versions.ts";
import type { Position } from "../../storage/metadata/records.ts";
import type { TagFilter, TagPage, TagRow, TagStore } from "../../storage/metadata/tags.ts";

/** Pages and rows that one question reads at most: what is in a range by its bounds may still not be in it. */
const PAGE_LIMIT = 20;
const ROW_LIMIT = 2000;

/** Rows of the largest batch. */
const LARGEST_BATCH = 128;

export interface VersionQuestion {
  readonly repository: RepositoryName;
  readonly filter: TagFilter;
  readonly range: VersionRange | undefined;
  /** Undefined: those that the range names, and none without a range. */
  readonly prereleases: boolean | undefined;
  readonly descending: boolean;
  readonly after?: Position | undefined;
  /** Rows wanted. */
  readonly limit: number;
  /** The position after the last one found does not matter: rows are read in growing batches. */
  readonly firstOnly?: boolean;
  readonly suits?: (row: TagRow) => boolean | Promise<boolean>;
}

export interface ScannedVersions extends TagPage {
  /** Rows that were read. */
  readonly looked: number;
}

/**
 * Versions in their order that are in a range and suit. Undefined when the repository is unknown. With `next` there may be
 * more, also when there are less than `limit`: the look at rows is bounded.
 */
export async function scanVersions(tags: TagStore, question: VersionQuestion): Promise<ScannedVersions | undefined> {
  const { repository, range, limit, suits } = question;
  const selection = versionFilter({ range, prerelease: question.prereleases });
  const filter: TagFilter = {
    ...question.filter,
    classes: ["semver"],
    lowest: range?.lowest,
    highest: range?.highest,
    ...(!selection.prereleases && { prereleases: false }),
  };
  const sort = { by: "semver", descending: question.descending } as const;
  const found: TagRow[] = [];
  let after = question.after;
  let looked = 0;
  for (let pages = 0; pages < PAGE_LIMIT && looked < ROW_LIMIT; pages++) {
    const page = await tags.listRows({ repository, filter, sort, after, limit: question.firstOnly ? batchSize(pages) : limit - found.length });
    if (page === undefined) return undefined;
    for (const row of page.rows) {
      if (row.version === undefined || !selection.includes({ version: row.version, prerelease: row.prerelease })) continue;
      if (suits === undefined || (await suits(row))) found.push(row);
      if (found.length >= limit) break;
    }
    after = page.next;
    looked += page.rows.length;
    if (found.length >= limit || after === undefined) break;
  }
  return { rows: found, next: after, looked };
}

/** The first version suits most often; where it does not, many may not. */
function batchSize(page: number): number {
  return Math.min(2 ** (page + 1), LARGEST_BATCH);
}
