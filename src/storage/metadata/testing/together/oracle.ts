import { expect } from "bun:test";
import type { RepositoryName } from "../../../../oci/name.ts";
import { tagClass } from "../../../sql/engine/codes.ts";
import type { Connection } from "../../../sql/engine/executor.ts";
import { manifestTerms, pairTerms } from "../../../sql/manifests/terms.ts";
import { isExempt, tagTerms } from "../../../sql/repositories/counters.ts";
import { projectTerms } from "../../../sql/repositories/ensure.ts";
import { type Term, termKey } from "../../../sql/repositories/terms.ts";

interface RepositoryRow {
  readonly id: number;
  readonly name: RepositoryName;
  readonly namespace: string;
  readonly project: string;
  readonly labels: string | null;
  readonly deleted_at: number | null;
  readonly tag_count: number;
  readonly version_count: number;
  readonly manifest_count: number;
  readonly declared_type_id: number | null;
  readonly content_type_id: number | null;
}

interface ManifestRow {
  readonly media_type: string;
  readonly artifact_type: string | null;
  readonly config_media_type: string | null;
  readonly type: string | null;
  readonly subject_content_id: number | null;
  readonly annotations: string | null;
  readonly labels: string | null;
  readonly platforms: string | null;
  readonly provides: string | null;
}

/** Counts everything from the rows of manifests and tags, and compares. `where` is for the report. */
export async function expectConsistent(x: Connection, where: string): Promise<void> {
  const repositories = await x.run<RepositoryRow>(
    `SELECT r.*, p.name AS project, n.name AS namespace FROM repository r JOIN project p ON p.id = r.project_id JOIN namespace n ON n.id = p.namespace_id`,
  );
  for (const repository of repositories) await expectRepository(x, repository, `${where}, ${repository.name}`);
  const [leftovers] = await x.run<Record<string, number>>(
    `SELECT (SELECT COUNT(*) FROM term WHERE id NOT IN (SELECT term_id FROM repository_term) AND id NOT IN (SELECT key_id FROM dependency)) AS terms,
            (SELECT COUNT(*) FROM repository_term WHERE uses <= 0) AS uses,
            (SELECT COUNT(*) FROM manifest WHERE (deleted_at IS NULL) <> (terms IS NOT NULL)) AS manifests,
            (SELECT COUNT(*) FROM project WHERE declared = 0 AND name <> '' AND id NOT IN (SELECT project_id FROM repository)) AS projects,
            (SELECT COUNT(*) FROM tag WHERE manifest_id IN (SELECT id FROM manifest WHERE deleted_at IS NOT NULL)) AS dangling`,
  );
  expect<unknown>({ where, ...leftovers }).toEqual({ where, terms: 0, uses: 0, manifests: 0, projects: 0, dangling: 0 });
}

async function expectRepository(x: Connection, repository: RepositoryRow, where: string): Promise<void> {
  const name = (column: string): string => `(SELECT name FROM media_type WHERE id = m.${column}_id) AS ${column}`;
  const manifests = await x.run<ManifestRow>(
    `SELECT ${["media_type", "artifact_type", "config_media_type", "type"].map(name).join(", ")}, m.subject_content_id, m.annotations, m.labels, m.platforms, m.provides
       FROM manifest m WHERE m.repository_id = $1 AND m.deleted_at IS NULL`,
    [repository.id],
  );
  const tags = await x.run<{ name: string; class: number; type_id: number | null }>(
    "SELECT name, class, (SELECT type_id FROM manifest WHERE id = tag.manifest_id) AS type_id FROM tag WHERE repository_id = $1",
    [repository.id],
  );
  const visible = repository.deleted_at === null;
  const terms = [
    ...(visible ? projectTerms(repository) : []),
    ...pairTerms("label", repository.labels === null ? {} : JSON.parse(repository.labels)),
    ...tags.flatMap((tag) => tagTerms(tag.name, tagClass(tag.class))),
    ...manifests.flatMap((manifest) => distinct(termsOf(manifest))),
  ];
  const uses: Record<string, number> = {};
  for (const term of terms) uses[termKey(term)] = (uses[termKey(term)] ?? 0) + 1;
  const rows = await x.run<{ kind: number; name: string; uses: number }>(
    "SELECT t.kind, t.name, c.uses FROM repository_term c JOIN term t ON t.id = c.term_id WHERE c.repository_id = $1 AND c.kind = t.kind",
    [repository.id],
  );
  const stored = Object.fromEntries(rows.map((row) => [`${row.kind} ${row.name}`, row.uses]));
  expect({ where, terms: stored }).toEqual({ where, terms: uses });

  const { tag_count, version_count, manifest_count, content_type_id, declared_type_id } = repository;
  const versions = tags.filter((tag) => tagClass(tag.class) === "semver").length;
  expect({ where, tag_count, version_count, manifest_count }).toEqual({
    where,
    tag_count: tags.length,
    version_count: versions,
    manifest_count: manifests.length,
  });
  const counted = tags.filter((tag) => !isExempt(tagClass(tag.class)));
  if (declared_type_id !== null || counted.length === 0) expect({ where, content_type_id }).toEqual({ where, content_type_id: declared_type_id });
  if (counted.some((tag) => tag.type_id !== null)) expect({ where, type: typeof content_type_id }).toEqual({ where, type: "number" });
}

function termsOf(row: ManifestRow): Term[] {
  return manifestTerms({
    mediaType: row.media_type,
    artifactType: row.artifact_type ?? undefined,
    configMediaType: row.config_media_type ?? undefined,
    type: row.type ?? undefined,
    hasSubject: row.subject_content_id !== null,
    annotations: row.annotations === null ? {} : JSON.parse(row.annotations),
    labels: row.labels === null ? {} : JSON.parse(row.labels),
    platforms: row.platforms === null ? [] : JSON.parse(row.platforms),
    provides: row.provides === null ? [] : JSON.parse(row.provides),
  });
}

/** A manifest counts once for a term, however often it has it. */
function distinct(terms: readonly Term[]): Term[] {
  return [...new Map(terms.map((term) => [termKey(term), term])).values()];
}
