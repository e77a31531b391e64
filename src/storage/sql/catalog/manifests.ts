import { isSignatureType } from "../../../artifacts/signature-types.ts";
import type { Digest } from "../../../oci/digest.ts";
import type { RepositoryName } from "../../../oci/name.ts";
import { signerTag } from "../../../oci/signer-tag.ts";
import type { Tag } from "../../../oci/tag.ts";
import type { ManifestSummary } from "../../metadata/manifests.ts";
import { MANIFEST_KIND } from "../engine/codes.ts";
import { integer, orNull, parseLabels, type Row } from "../engine/columns.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { digestOf, mediaTypeOf } from "../engine/names-of.ts";
import { idTable, someOfEach, strings } from "../engine/parameters.ts";
import { sql } from "../engine/sql.ts";
import { rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";

const { content, manifest, media_type, tag } = tables;

const SUMMARY = {
  id: manifest.id,
  repository_id: manifest.repository_id,
  content_id: manifest.content_id,
  digest: content.digest,
  media_type: media_type.name,
  size: manifest.size,
  kind: manifest.kind,
  artifact_type: orNull(media_type.name),
  config_media_type: orNull(media_type.name),
  type: orNull(media_type.name),
  subject: orNull(content.digest),
  annotations: manifest.annotations,
  labels: manifest.labels,
  title: manifest.title,
  description: manifest.description,
  platforms: manifest.platforms,
  pushed_at: manifest.pushed_at,
  pushed_by: manifest.pushed_by,
  problem: manifest.problem,
};

const COLUMNS = sql`m.id, m.repository_id, m.content_id, ${digestOf("m.content_id")} AS digest, ${mediaTypeOf("m.media_type_id")} AS media_type,
  m.size, m.kind, ${mediaTypeOf("m.artifact_type_id")} AS artifact_type, ${mediaTypeOf("m.config_media_type_id")} AS config_media_type,
  ${mediaTypeOf("m.type_id")} AS type, ${digestOf("m.subject_content_id")} AS subject, m.title, m.description, m.platforms, m.pushed_at,
  m.pushed_by, m.problem`;
const OF_PAGE = sql`FROM ${idTable("ids", "page")} CROSS JOIN manifest m WHERE m.id = page.id`;

const SUMMARIES = rowsOf(SUMMARY, () => sql`SELECT ${COLUMNS}, NULL AS annotations, NULL AS labels ${OF_PAGE}`);
const SUMMARIES_WITH_PAIRS = rowsOf(SUMMARY, () => sql`SELECT ${COLUMNS}, m.annotations, m.labels ${OF_PAGE}`);

/** Referrers of one manifest that are counted at most. */
const REFERRERS = 500;

const OF_SUBJECT = sql`WHERE subject_content_id = page.id AND repository_id = ${"repository"} LIMIT ${REFERRERS}`;

const REFERRER_COUNTS = rowsOf(
  { subject: manifest.content_id, type: orNull(media_type.name), count: integer },
  () => sql`SELECT page.id AS subject,
    ${mediaTypeOf(sql`COALESCE(m.type_id, m.artifact_type_id, m.config_media_type_id)`)} AS type, COUNT(*) AS count
  FROM ${idTable("contents", "page")} CROSS JOIN ${someOfEach("manifest", "m", OF_SUBJECT)} AND m.deleted_at IS NULL
  GROUP BY page.id, 2`,
);

const TAGS_THERE = rowsOf(
  { name: tag.name },
  () => sql`SELECT value AS name FROM ${strings("names")}
  WHERE EXISTS (SELECT 1 FROM tag WHERE repository_id = ${"repository"} AND name = value)`,
);

const { id, repository_id, content_id } = manifest;
const REF = rowsOf(
  { id, repository_id, content_id },
  () => sql`SELECT id, repository_id, content_id FROM manifest
  WHERE repository_id = (SELECT id FROM repository WHERE name = ${"repository"})
    AND content_id = (SELECT id FROM content WHERE digest = ${"digest"}) AND deleted_at IS NULL`,
);

const TAGS = rowsOf({ name: tag.name }, () => sql`SELECT name FROM tag WHERE manifest_id = ${"manifest"} ORDER BY name LIMIT ${"limit"}`);

/**
 * Summaries of manifests of one repository by their ids. A page's worth: each kind of information is one statement for all.
 * @param pairs with annotations and labels
 */
export async function manifestSummaries(x: Executor, repository: number, ids: readonly number[], pairs: boolean): Promise<Map<number, ManifestSummary>> {
  if (ids.length === 0) return new Map();
  const rows = await x.query(pairs ? SUMMARIES_WITH_PAIRS : SUMMARIES, { ids: JSON.stringify([...new Set(ids)]) });
  const referrers = await referrerCounts(
    x,
    repository,
    rows.map((row) => row.content_id),
  );
  const attached = await withSignatureTag(
    x,
    repository,
    rows.map((row) => row.digest),
  );
  return new Map(rows.map((row) => [row.id, toSummary(row, referrers.get(row.content_id) ?? {}, attached.has(row.digest))]));
}

function toSummary(row: Row<typeof SUMMARY>, referrers: Readonly<Record<string, number>>, attached: boolean): ManifestSummary {
  return {
    digest: row.digest,
    mediaType: row.media_type,
    size: row.size,
    kind: row.kind === MANIFEST_KIND.index ? "index" : "image",
    artifactType: row.artifact_type ?? undefined,
    configMediaType: row.config_media_type ?? undefined,
    type: row.type ?? row.artifact_type ?? row.config_media_type ?? undefined,
    subject: row.subject ?? undefined,
    annotations: parseLabels(row.annotations),
    labels: parseLabels(row.labels),
    title: row.title ?? undefined,
    description: row.description ?? undefined,
    platforms: row.platforms === null ? [] : JSON.parse(row.platforms),
    referrers,
    signed: attached || Object.keys(referrers).some(isSignatureType),
    pushedAt: row.pushed_at,
    pushedBy: row.pushed_by,
    problem: row.problem ?? undefined,
  };
}

async function referrerCounts(x: Executor, repository: number, contents: readonly number[]): Promise<Map<number, Record<string, number>>> {
  const rows = await x.query(REFERRER_COUNTS, { contents: JSON.stringify([...new Set(contents)]), repository });
  const counts = Map.groupBy(rows, (row) => row.subject);
  return new Map([...counts].map(([subject, types]) => [subject, Object.fromEntries(types.map(({ type, count }) => [type ?? "", count]))]));
}

/** Those of the digests that have a tag beside them by which signers attach a signature. */
async function withSignatureTag(x: Executor, repository: number, digests: readonly Digest[]): Promise<Set<Digest>> {
  const tags = new Map(digests.map((value) => [signerTag(value, "sig"), value]));
  tags.delete(undefined);
  const rows = await x.query(TAGS_THERE, { names: JSON.stringify([...tags.keys()]), repository });
  return new Set(rows.map((row) => tags.get(row.name)).filter((value) => value !== undefined));
}

export async function manifestSummary(x: Executor, repository: RepositoryName, of: Digest): Promise<ManifestSummary | undefined> {
  const row = await manifestRef(x, repository, of);
  if (row === undefined) return undefined;
  return (await manifestSummaries(x, row.repository_id, [row.id], true)).get(row.id);
}

/** The row of a visible manifest. */
export function manifestRef(x: Executor, repository: RepositoryName, digest: Digest): Promise<typeof REF.gives | undefined> {
  return queryOne(x, REF, { repository, digest });
}

export async function tagsOf(x: Executor, repository: RepositoryName, of: Digest, limit: number): Promise<Tag[]> {
  const row = await manifestRef(x, repository, of);
  if (row === undefined) return [];
  const tags = await x.query(TAGS, { manifest: row.id, limit });
  return tags.map(({ name }) => name);
}
