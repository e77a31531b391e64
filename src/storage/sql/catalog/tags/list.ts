import type { RepositoryName } from "../../../../oci/name.ts";
import { literalStart } from "../../../../oci/star-glob.ts";
import type { Tag } from "../../../../oci/tag.ts";
import { classifyTag } from "../../../../oci/tag-class.ts";
import type { ManifestSummary } from "../../../metadata/manifests.ts";
import type { Position } from "../../../metadata/records.ts";
import type { TagFilter, TagPage, TagQuery, TagRow } from "../../../metadata/tags.ts";
import { tagClass, tagClassCode } from "../../engine/codes.ts";
import { integer, names, orNull, type Row } from "../../engine/columns.ts";
import { type Executor, queryOne } from "../../engine/executor.ts";
import { idTable } from "../../engine/parameters.ts";
import { name, sql } from "../../engine/sql.ts";
import { formsOf, rowsOf } from "../../engine/statement.ts";
import { tables } from "../../engine/tables.ts";
import { manifestSummaries } from "../manifests.ts";
import { END_OF_NAMES, justBelow } from "../packages/name-ranges.ts";
import { manifestCondition, tagCondition } from "./filter.ts";

const { repository_id, ...TAG } = tables.tag;

/** A tag with what its row shows beside the manifest; `weight`: bytes of the manifest's annotations and labels, where these are read. */
const ROW = { ...TAG, weight: integer };
type FullTagColumns = Row<typeof ROW>;

const WEIGHTLESS = sql`SELECT ${names(TAG, "g")}, 0 AS weight FROM tag g`;
const WEIGHED = sql`SELECT ${names(TAG, "g")},
    (SELECT COALESCE(OCTET_LENGTH(annotations), 0) + COALESCE(OCTET_LENGTH(labels), 0) FROM manifest WHERE id = g.manifest_id) AS weight FROM tag g`;

/** The walks through the indexes of a repository's tags, in both directions; by name alone, and by another column and then the name. */
const walks = formsOf(["weightless", "weighed"], (weight) => {
  const select = weight === "weighed" ? WEIGHED : WEIGHTLESS;
  const ofRepository = sql`${select} WHERE g.repository_id = ${"repository"}`;
  return {
    up: rowsOf(ROW, () => sql`${ofRepository} AND g.name > ${"after"} AND g.name <= ${"end"} ORDER BY g.name ASC LIMIT ${"limit"}`),
    down: rowsOf(ROW, () => sql`${ofRepository} AND g.name >= ${"end"} AND g.name < ${"after"} ORDER BY g.name DESC LIMIT ${"limit"}`),
    by: formsOf(["updated_at", "version_key", "pulls"], (sorted) => {
      const column = name(`g.${sorted}`);
      const present = sorted === "version_key" ? sql` AND g.version_key IS NOT NULL` : sql``;
      const there = sql`${ofRepository}${present}`;
      const position = sql`(${"key"}, ${"after"})`;
      return {
        up: rowsOf(
          ROW,
          () => sql`${there} AND (${column}, g.name) > ${position} AND ${column} <= ${"end"} ORDER BY ${column} ASC, g.name ASC LIMIT ${"limit"}`,
        ),
        down: rowsOf(
          ROW,
          () => sql`${there} AND (${column}, g.name) < ${position} AND ${column} >= ${"end"} ORDER BY ${column} DESC, g.name DESC LIMIT ${"limit"}`,
        ),
      };
    }),
  };
});

const REPOSITORY = rowsOf({ id: tables.repository.id }, () => sql`SELECT id FROM repository WHERE name = ${"name"} AND deleted_at IS NULL`);

const ONE = rowsOf(
  { ...ROW, repository_id },
  () => sql`SELECT g.repository_id, ${names(TAG, "g")}, 0 AS weight FROM tag g
  WHERE g.repository_id = (SELECT id FROM repository WHERE name = ${"repository"}) AND g.name = ${"tag"}`,
);

/** Tags of one manifest that are looked at for its highest version. */
const TAGS_OF_MANIFEST = 1000;

const HIGHEST = rowsOf(
  { id: tables.manifest.id, tag: orNull(TAG.name) },
  () => sql`SELECT page.id,
    (SELECT name FROM (SELECT name, version_key FROM tag WHERE manifest_id = page.id LIMIT ${TAGS_OF_MANIFEST}) AS counted
      WHERE version_key IS NOT NULL ORDER BY version_key DESC, name DESC LIMIT 1) AS tag
  FROM ${idTable("manifests", "page")}`,
);

/** Rows read in one statement, and in one call: then the page is short and has a next one. */
const CHUNK = 200;
const LOOKS = 3000;

/** Bytes of annotations and labels that one page holds, about. */
const WEIGHT = 4 * 1024 * 1024;

export async function listTagRows(x: Executor, query: TagQuery): Promise<TagPage | undefined> {
  const repository = await queryOne(x, REPOSITORY, { name: query.repository });
  if (repository === undefined) return undefined;
  const wanted = tagCondition(query.filter);
  const suits = manifestCondition(query.filter);
  const pairs = readsPairs(query.filter);
  const page = new Page(query);
  let from = query.after;
  for (let looks = 0; looks < LOOKS; ) {
    const size = suits === undefined && looks === 0 ? Math.min(query.limit + 1, CHUNK) : CHUNK;
    const rows = await walk(x, repository.id, query, from, size);
    looks += rows.length;
    const candidates = rows.filter(wanted);
    // In portions, so that a condition on manifests does not read many of them in vain, however large they are.
    for (const portion of portions(candidates)) {
      const summaries = await manifestSummaries(
        x,
        repository.id,
        portion.map((row) => row.manifest_id),
        pairs,
      );
      for (const row of portion) {
        const manifest = summaries.get(row.manifest_id);
        if (manifest === undefined || suits?.(manifest) === false) continue;
        if (page.isFull(row.weight)) return page.finish(x, true);
        page.add(row, manifest);
      }
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < size) return page.finish(x, false);
    from = positionOf(last, query);
  }
  return page.finish(x, true, from);
}

function readsPairs({ annotations, labels }: TagFilter): boolean {
  return annotations !== undefined || labels !== undefined;
}

/** Rows of a page as they are found. */
class Page {
  readonly #query: TagQuery;
  readonly #found: { readonly row: FullTagColumns; readonly manifest: ManifestSummary }[] = [];
  #weight = 0;

  constructor(query: TagQuery) {
    this.#query = query;
  }

  isFull(weight: number): boolean {
    return this.#found.length >= this.#query.limit || (this.#found.length > 0 && this.#weight + weight > WEIGHT);
  }

  add(row: FullTagColumns, manifest: ManifestSummary): void {
    this.#found.push({ row, manifest });
    this.#weight += row.weight;
  }

  /** @param reached how far the index was read, when that is further than the last row found */
  async finish(x: Executor, more: boolean, reached?: Position): Promise<TagPage> {
    const last = this.#found.at(-1)?.row;
    const next = more ? (reached ?? (last === undefined ? undefined : positionOf(last, this.#query))) : undefined;
    return { rows: await toRows(x, this.#found), next };
  }
}

const PORTION = 50;

/** Runs of rows whose manifests are read together. */
function* portions(rows: readonly FullTagColumns[]): Generator<FullTagColumns[]> {
  let portion: FullTagColumns[] = [];
  let weight = 0;
  for (const row of rows) {
    if (portion.length >= PORTION || (portion.length > 0 && weight + row.weight > WEIGHT)) {
      yield portion;
      portion = [];
      weight = 0;
    }
    portion.push(row);
    weight += row.weight;
  }
  if (portion.length > 0) yield portion;
}

const SORT_COLUMN = { name: "name", updated: "updated_at", semver: "version_key", pulls: "pulls" } as const;

function positionOf(row: FullTagColumns, { sort }: TagQuery): Position {
  const key = { name: row.name, updated: row.updated_at, semver: row.version_key ?? "", pulls: row.pulls }[sort.by];
  return { key, name: row.name };
}

/** The next rows of the index, from a position on. */
async function walk(x: Executor, repository: number, query: TagQuery, after: Position | undefined, limit: number): Promise<FullTagColumns[]> {
  const { by, descending } = query.sort;
  const direction = descending ? "down" : "up";
  const { low, high } = bounds(query);
  const end = descending ? low : high;
  const walksOf = walks(readsPairs(query.filter) ? "weighed" : "weightless");
  if (by === "name") {
    const start = descending ? high : justBelow(String(low));
    return x.query(walksOf[direction], { repository, after: after?.name ?? start, end, limit });
  }
  const from = after ?? (descending ? { key: high, name: END_OF_NAMES } : { key: low, name: "" });
  const key = typeof low === "number" ? Number(from.key) || 0 : String(from.key);
  return x.query(walksOf.by(SORT_COLUMN[by])[direction], { repository, key, after: from.name, end, limit });
}

/** The range of the sort key outside of which no row can match. */
function bounds({ filter, sort }: TagQuery): { low: string | number; high: string | number } {
  if (sort.by === "name") {
    const start = filter.name === undefined ? "" : literalStart(filter.name);
    return { low: start, high: start + END_OF_NAMES };
  }
  if (sort.by === "semver") return { low: filter.lowest ?? "", high: filter.highest ?? END_OF_NAMES };
  if (sort.by === "updated") return { low: filter.since ?? -1, high: filter.until ?? Number.MAX_SAFE_INTEGER };
  return { low: -1, high: Number.MAX_SAFE_INTEGER };
}

export async function tagRow(x: Executor, repository: RepositoryName, tag: Tag): Promise<TagRow | undefined> {
  const row = await queryOne(x, ONE, { repository, tag });
  if (row === undefined) return undefined;
  const manifest = (await manifestSummaries(x, row.repository_id, [row.manifest_id], true)).get(row.manifest_id);
  return manifest === undefined ? undefined : (await toRows(x, [{ row, manifest }]))[0];
}

const FLOATING = tagClassCode("floating");

async function toRows(x: Executor, found: readonly { readonly row: FullTagColumns; readonly manifest: ManifestSummary }[]): Promise<TagRow[]> {
  const floating = found.filter(({ row }) => row.class === FLOATING).map(({ row }) => row.manifest_id);
  const versions = await highestVersions(x, floating);
  return found.map(({ row, manifest }) => {
    const name = tagClass(row.class);
    const { rule, version } = classifyTag(row.name, manifest.kind);
    return {
      tag: row.name,
      class: name,
      rule,
      version,
      prerelease: row.prerelease !== 0,
      manifest,
      resolvesTo: row.class === FLOATING ? versions.get(row.manifest_id) : undefined,
      moves: row.moves,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
      pulls: row.pulls,
      pulledAt: row.pulled_at ?? undefined,
    };
  });
}

async function highestVersions(x: Executor, manifests: readonly number[]): Promise<Map<number, Tag>> {
  if (manifests.length === 0) return new Map();
  const rows = await x.query(HIGHEST, { manifests: JSON.stringify([...new Set(manifests)]) });
  return new Map(rows.flatMap(({ id, tag }) => (tag === null ? [] : [[id, tag] as const])));
}
