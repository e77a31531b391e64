import { type Dependency, OF_SUBJECT } from "../../../../artifacts/facts.ts";
import type { Digest } from "../../../../oci/digest.ts";
import type { RepositoryName } from "../../../../oci/name.ts";
import type { DeclaredDependency, DependentRow } from "../../../metadata/catalog/graph.ts";
import type { Visibility } from "../../../metadata/records.ts";
import { dependencyKind, dependencyKindCode } from "../../engine/codes.ts";
import { orNull, type Row } from "../../engine/columns.ts";
import type { Executor } from "../../engine/executor.ts";
import { digestOf } from "../../engine/names-of.ts";
import { idTable, someOfEach } from "../../engine/parameters.ts";
import { sql } from "../../engine/sql.ts";
import { rowsOf } from "../../engine/statement.ts";
import { tables } from "../../engine/tables.ts";
import { findTerms, termKindCode } from "../../repositories/terms.ts";
import { type NamedRow, visibleRows } from "../../repositories/visible-rows.ts";
import { manifestRef } from "../manifests.ts";
import { tagsByManifest } from "./edges.ts";

const { content, dependency, manifest, repository: repositories, repository_term, term } = tables;

const { id, kind, name, registry, requirement, digest: target } = dependency;
const DEPENDENCY = { id, kind, key: term.name, name, registry, requirement, digest: target };

const COLUMNS = sql`d.id, d.kind, (SELECT name FROM term WHERE id = d.key_id) AS key, d.name, d.registry, d.requirement, d.digest`;

const SUBJECT_CODE = dependencyKindCode(OF_SUBJECT);

/** Referrers of one artifact whose declarations are looked at. */
const REFERRERS = 500;

const DECLARED = rowsOf(
  { ...DEPENDENCY, manifest_id: manifest.id, declared_by: content.digest },
  () => sql`SELECT ${COLUMNS}, d.manifest_id,
    (SELECT digest FROM content WHERE id = (SELECT content_id FROM manifest WHERE id = d.manifest_id)) AS declared_by
  FROM ${idTable("manifests", "page")} CROSS JOIN ${someOfEach("dependency", "d", sql`WHERE manifest_id = page.id AND id > ${"after"} ORDER BY id LIMIT ${"limit"}`)}
  ORDER BY d.id LIMIT ${"limit"}`,
);

const SBOMS = rowsOf(
  { id: manifest.id, deleted_at: manifest.deleted_at },
  () => sql`SELECT id, deleted_at FROM manifest
  WHERE subject_content_id = ${"content"} AND repository_id = ${"repository"} LIMIT ${REFERRERS}`,
);

function toDependency(row: Row<typeof DEPENDENCY>): Dependency {
  return {
    kind: dependencyKind(row.kind),
    key: row.key,
    name: row.name,
    ...(row.registry === null ? {} : { registry: row.registry }),
    ...(row.requirement === null ? {} : { requirement: row.requirement }),
    ...(row.digest === null ? {} : { digest: row.digest }),
  };
}

export async function dependencies(
  x: Executor,
  repository: RepositoryName,
  digest: Digest,
  page: { readonly after?: number | undefined; readonly limit: number },
): Promise<{ rows: DeclaredDependency[]; next: number | undefined }> {
  const manifest = await manifestRef(x, repository, digest);
  if (manifest === undefined) return { rows: [], next: undefined };
  const referrers = await x.query(SBOMS, { content: manifest.content_id, repository: manifest.repository_id });
  const declarers = [manifest.id, ...referrers.filter((row) => row.deleted_at === null).map(({ id }) => id)];
  // The first of each declarer, and of these the first: an SBOM may name thousands.
  const rows = await x.query(DECLARED, { manifests: JSON.stringify(declarers), after: page.after ?? 0, limit: page.limit + 1 });
  const declared = rows.slice(0, page.limit);
  return {
    // What a referrer needs for itself is no need of its subject.
    rows: declared
      .filter((row) => row.manifest_id === manifest.id || row.kind === SUBJECT_CODE)
      .map((row) => ({ ...toDependency(row), declaredBy: row.declared_by })),
    next: rows.length > page.limit ? declared.at(-1)?.id : undefined,
  };
}

/** Keys of one repository that are read. */
const KEYS = 100;

const PROVIDED = rowsOf(
  { name: term.name },
  () => sql`SELECT t.name FROM repository_term u CROSS JOIN term t
  WHERE u.repository_id = (SELECT id FROM repository WHERE name = ${"repository"})
    AND u.kind = ${termKindCode("provides")} AND t.id = u.term_id ORDER BY u.term_id LIMIT ${KEYS}`,
);

export async function providedKeys(x: Executor, repository: RepositoryName): Promise<string[]> {
  const rows = await x.query(PROVIDED, { repository });
  return [...new Set([`oci:${repository}`, ...rows.map(({ name }) => name)])].slice(0, KEYS);
}

/** Repositories with a key, visible ones, of which the first by name are taken. */
const PROVIDERS = 2000;

const PROVIDING = rowsOf(
  {
    id: repository_term.repository_id,
    name: repositories.name,
    deleted_at: repositories.deleted_at,
  },
  () => sql`SELECT u.repository_id AS id, r.name, r.deleted_at FROM repository_term u CROSS JOIN repository r
  WHERE u.term_id = (SELECT id FROM term WHERE kind = ${termKindCode("provides")} AND name = ${"key"}) AND u.repository_id > ${"after"}
    AND r.id = u.repository_id ORDER BY u.repository_id LIMIT ${"limit"}`,
);

export async function providers(x: Executor, key: string, visible: Visibility, limit: number): Promise<RepositoryName[]> {
  const read = (after: typeof PROVIDING.gives | undefined, size: number) => x.query(PROVIDING, { key, after: after?.id ?? 0, limit: size });
  const rows = await visibleRows({ read, visible, limit: PROVIDERS });
  return rows
    .map(({ name }) => name)
    .sort()
    .slice(0, limit);
}

const DEPENDENT = {
  ...DEPENDENCY,
  repository: repositories.name,
  manifest_id: manifest.id,
  declared_by: content.digest,
  subject: orNull(content.digest),
  subject_id: orNull(manifest.id),
  deleted_at: manifest.deleted_at,
};
type DependentColumns = Row<typeof DEPENDENT>;

const DEPENDENTS = rowsOf(
  DEPENDENT,
  () => sql`SELECT ${COLUMNS}, r.name AS repository, d.manifest_id, ${digestOf("m.content_id")} AS declared_by,
    ${digestOf("m.subject_content_id")} AS subject,
    (SELECT id FROM manifest WHERE repository_id = m.repository_id AND content_id = m.subject_content_id) AS subject_id,
    COALESCE(r.deleted_at, m.deleted_at) AS deleted_at
  FROM ${idTable("ids", "page")} CROSS JOIN dependency d CROSS JOIN manifest m CROSS JOIN repository r
  WHERE d.id = page.id AND m.id = d.manifest_id AND r.id = d.repository_id ORDER BY d.id`,
);

const BY_KEY = rowsOf(
  { id },
  () =>
    sql`SELECT d.id FROM ${idTable("keys", "page")} CROSS JOIN ${someOfEach(
      "dependency",
      "d",
      sql`WHERE key_id = page.id AND id > ${"after"} ORDER BY id LIMIT ${"limit"}`,
    )}`,
);
const BY_DIGEST = rowsOf({ id }, () => sql`SELECT id FROM dependency WHERE digest = ${"digest"} AND id > ${"after"} ORDER BY id LIMIT ${"limit"}`);

/** A declaration, as a row that is visible or not. */
interface Declaration extends NamedRow {
  readonly row: DependentColumns;
}

/** Tags of one artifact that are shown at most. */
const TAGS = 20;

export async function dependents(
  x: Executor,
  request: {
    readonly keys: readonly string[];
    readonly digest?: Digest | undefined;
    readonly after?: number | undefined;
    readonly limit: number;
    readonly visible: Visibility;
  },
): Promise<{ rows: DependentRow[]; next: number | undefined }> {
  const { limit, visible, digest } = request;
  const idOf = await findTerms(
    x,
    request.keys.map((name) => ({ kind: "depends", name })),
  );
  const keys = [...new Set(request.keys.map((name) => idOf({ kind: "depends", name })))].filter((id) => id !== undefined);
  const read = (after: Declaration | undefined, size: number) => declarations(x, { keys, digest, after: after?.row.id ?? request.after ?? 0 }, size);
  const found = await visibleRows({ read, visible, limit: limit + 1 });
  const rows = found.slice(0, limit);
  const shown = rows.map(({ row }) => toArtifact(row));
  const tags = await tagsByManifest(x, JSON.stringify([...new Set(shown.map(({ artifact }) => artifact))]), TAGS);
  return {
    rows: shown.map(({ row, artifact, digest: of }) => ({
      repository: row.repository,
      digest: of,
      declaredBy: row.declared_by,
      tags: tags.get(artifact)?.map(({ name }) => name) ?? [],
      dependency: toDependency(row),
    })),
    next: found.length > limit ? rows.at(-1)?.row.id : undefined,
  };
}

/** The next declarations with one of the keys or the digest, and where they are. */
async function declarations(
  x: Executor,
  { keys, digest, after }: { readonly keys: readonly number[]; readonly digest: Digest | undefined; readonly after: number },
  limit: number,
): Promise<Declaration[]> {
  const byKey = await x.query(BY_KEY, { keys: JSON.stringify(keys), after, limit });
  const byDigest = digest === undefined ? [] : await x.query(BY_DIGEST, { digest, after, limit });
  const ids = [...new Set([...byKey, ...byDigest].map(({ id }) => id))].sort((a, b) => a - b).slice(0, limit);
  const rows = await x.query(DEPENDENTS, { ids: JSON.stringify(ids) });
  return rows.map((row) => ({ name: row.repository, deleted_at: row.deleted_at, row }));
}

function toArtifact(row: DependentColumns): { row: DependentColumns; artifact: number; digest: Digest } {
  const ofSubject = row.kind === SUBJECT_CODE && row.subject !== null;
  return ofSubject
    ? { row, artifact: row.subject_id ?? 0, digest: row.subject ?? row.declared_by }
    : { row, artifact: row.manifest_id, digest: row.declared_by };
}
