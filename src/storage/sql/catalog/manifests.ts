import { isSignatureType } from "../../../artifacts/signature-types.ts";
import type { Digest } from "../../../oci/digest.ts";
import type { RepositoryName } from "../../../oci/name.ts";
import { signerTag } from "../../../oci/signer-tag.ts";
import type { Tag } from "../../../oci/tag.ts";
import type { ManifestSummary } from "../../metadata/manifests.ts";
import { MANIFEST_KIND } from "../engine/codes.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { parseLabels } from "../engine/labels.ts";
import { idTable } from "../engine/parameters.ts";

/** A manifest as a row of `SUMMARY_COLUMNS`. */
interface SummaryRow {
  readonly id: number;
  readonly repository_id: number;
  readonly content_id: number;
  readonly digest: Digest;
  readonly media_type: string;
  readonly size: number;
  readonly kind: number;
  readonly artifact_type: string | null;
  readonly config_media_type: string | null;
  readonly type: string | null;
  readonly subject: Digest | null;
  readonly annotations: string | null;
  readonly labels: string | null;
  readonly title: string | null;
  readonly description: string | null;
  readonly platforms: string | null;
  readonly pushed_at: number;
  readonly pushed_by: string;
  readonly problem: string | null;
}

const mediaType = (column: string): string => `(SELECT name FROM media_type WHERE id = ${column})`;
const digest = (column: string): string => `(SELECT digest FROM content WHERE id = ${column})`;

const SUMMARY_COLUMNS = `m.id, m.repository_id, m.content_id, ${digest("m.content_id")} AS digest, ${mediaType("m.media_type_id")} AS media_type, m.size, m.kind,
  ${mediaType("m.artifact_type_id")} AS artifact_type, ${mediaType("m.config_media_type_id")} AS config_media_type, ${mediaType("m.type_id")} AS type,
  ${digest("m.subject_content_id")} AS subject, m.title, m.description, m.platforms, m.pushed_at, m.pushed_by, m.problem`;

/**
 * Summaries of manifests of one repository by their ids. A page's worth: each kind of information is one statement for all.
 * @param pairs with annotations and labels
 */
export async function manifestSummaries(x: Executor, repository: number, ids: readonly number[], pairs: boolean): Promise<Map<number, ManifestSummary>> {
  if (ids.length === 0) return new Map();
  const columns = pairs ? `${SUMMARY_COLUMNS}, m.annotations, m.labels` : `${SUMMARY_COLUMNS}, NULL AS annotations, NULL AS labels`;
  const rows = await x.query<SummaryRow>(`SELECT ${columns} FROM ${idTable(x, "$1", "page")} CROSS JOIN manifest m WHERE m.id = page.id`, [
    JSON.stringify([...new Set(ids)]),
  ]);
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

function toSummary(row: SummaryRow, referrers: Readonly<Record<string, number>>, attached: boolean): ManifestSummary {
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

/** Referrers of one manifest that are counted at most. */
const REFERRERS = 500;

async function referrerCounts(x: Executor, repository: number, contents: readonly number[]): Promise<Map<number, Record<string, number>>> {
  const rows = await x.query<{ subject: number; type: string | null; count: number }>(
    `SELECT page.id AS subject, ${mediaType("COALESCE(m.type_id, m.artifact_type_id, m.config_media_type_id)")} AS type, COUNT(*) AS count
       FROM ${idTable(x, "$1", "page")} CROSS JOIN manifest m
      WHERE m.id IN (SELECT id FROM manifest WHERE subject_content_id = page.id AND repository_id = $2 LIMIT ${REFERRERS}) AND m.deleted_at IS NULL
      GROUP BY page.id, 2`,
    [JSON.stringify([...new Set(contents)]), repository],
  );
  const counts = Map.groupBy(rows, (row) => row.subject);
  return new Map([...counts].map(([subject, types]) => [subject, Object.fromEntries(types.map(({ type, count }) => [type ?? "", count]))]));
}

/** Those of the digests that have a tag beside them by which signers attach a signature. */
async function withSignatureTag(x: Executor, repository: number, digests: readonly Digest[]): Promise<Set<Digest>> {
  const tags = new Map(digests.map((value) => [signerTag(value, "sig"), value]));
  tags.delete(undefined);
  const rows = await x.query<{ name: Tag }>(
    `SELECT value AS name FROM ${x.dialect.strings("$1")} WHERE EXISTS (SELECT 1 FROM tag WHERE repository_id = $2 AND name = value)`,
    [JSON.stringify([...tags.keys()]), repository],
  );
  return new Set(rows.map((row) => tags.get(row.name)).filter((value) => value !== undefined));
}

export async function manifestSummary(x: Executor, repository: RepositoryName, of: Digest): Promise<ManifestSummary | undefined> {
  const row = await manifestRef(x, repository, of);
  if (row === undefined) return undefined;
  return (await manifestSummaries(x, row.repository_id, [row.id], true)).get(row.id);
}

/** The row of a visible manifest. */
export function manifestRef(
  x: Executor,
  repository: RepositoryName,
  of: Digest,
): Promise<{ readonly id: number; readonly repository_id: number; readonly content_id: number } | undefined> {
  return queryOne(
    x,
    `SELECT id, repository_id, content_id FROM manifest WHERE repository_id = (SELECT id FROM repository WHERE name = $1)
        AND content_id = (SELECT id FROM content WHERE digest = $2) AND deleted_at IS NULL`,
    [repository, of],
  );
}

export async function tagsOf(x: Executor, repository: RepositoryName, of: Digest, limit: number): Promise<Tag[]> {
  const row = await manifestRef(x, repository, of);
  if (row === undefined) return [];
  const tags = await x.query<{ name: Tag }>("SELECT name FROM tag WHERE manifest_id = $1 ORDER BY name LIMIT $2", [row.id, limit]);
  return tags.map(({ name }) => name);
}
