import { type Dependency, OF_SUBJECT } from "../../../../artifacts/facts.ts";
import type { Digest } from "../../../../oci/digest.ts";
import type { RepositoryName } from "../../../../oci/name.ts";
import type { DeclaredDependency, DependentRow } from "../../../metadata/catalog/graph.ts";
import type { Visibility } from "../../../metadata/records.ts";
import { dependencyKind, dependencyKindCode } from "../../engine/codes.ts";
import type { Executor } from "../../engine/executor.ts";
import { idTable } from "../../engine/parameters.ts";
import { findTerms } from "../../repositories/find-terms.ts";
import { termKindCode } from "../../repositories/terms.ts";
import { type NamedId, type NamedRow, visibleRows } from "../../repositories/visible-rows.ts";
import { manifestRef } from "../manifests.ts";
import { tagsByManifest } from "./edges.ts";

interface DependencyRow {
  readonly id: number;
  readonly kind: number;
  readonly key: string;
  readonly name: string;
  readonly registry: string | null;
  readonly requirement: string | null;
  readonly digest: Digest | null;
}

const COLUMNS = "d.id, d.kind, (SELECT name FROM term WHERE id = d.key_id) AS key, d.name, d.registry, d.requirement, d.digest";

const SUBJECT_CODE = dependencyKindCode(OF_SUBJECT);

/** Referrers of one artifact whose declarations are looked at. */
const REFERRERS = 500;

function toDependency(row: DependencyRow): Dependency {
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
  const referrers = await x.query<{ id: number; deleted_at: number | null }>(
    `SELECT id, deleted_at FROM manifest WHERE subject_content_id = $1 AND repository_id = $2 LIMIT ${REFERRERS}`,
    [manifest.content_id, manifest.repository_id],
  );
  const declarers = [manifest.id, ...referrers.filter((row) => row.deleted_at === null).map(({ id }) => id)];
  // The first of each declarer, and of these the first: an SBOM may name thousands.
  const rows = await x.query<DependencyRow & { declared_by: Digest; manifest_id: number }>(
    `SELECT ${COLUMNS}, d.manifest_id, (SELECT digest FROM content WHERE id = (SELECT content_id FROM manifest WHERE id = d.manifest_id)) AS declared_by
       FROM ${idTable(x, "$1", "page")} CROSS JOIN dependency d
      WHERE d.id IN (SELECT id FROM dependency WHERE manifest_id = page.id AND id > $2 ORDER BY id LIMIT $3)
      ORDER BY d.id LIMIT $3`,
    [JSON.stringify(declarers), page.after ?? 0, page.limit + 1],
  );
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

export async function providedKeys(x: Executor, repository: RepositoryName): Promise<string[]> {
  const rows = await x.query<{ name: string }>(
    `SELECT t.name FROM repository_term u CROSS JOIN term t WHERE u.repository_id = (SELECT id FROM repository WHERE name = $1)
        AND u.kind = ${termKindCode("provides")} AND t.id = u.term_id ORDER BY u.term_id LIMIT ${KEYS}`,
    [repository],
  );
  return [...new Set([`oci:${repository}`, ...rows.map(({ name }) => name)])].slice(0, KEYS);
}

/** Repositories with a key, visible ones, of which the first by name are taken. */
const PROVIDERS = 2000;

export async function providers(x: Executor, key: string, visible: Visibility, limit: number): Promise<RepositoryName[]> {
  const read = (after: NamedId | undefined, size: number) =>
    x.query<NamedId & { name: RepositoryName }>(
      `SELECT u.repository_id AS id, r.name, r.deleted_at FROM repository_term u CROSS JOIN repository r
        WHERE u.term_id = (SELECT id FROM term WHERE kind = ${termKindCode("provides")} AND name = $1) AND u.repository_id > $2 AND r.id = u.repository_id
        ORDER BY u.repository_id LIMIT $3`,
      [key, after?.id ?? 0, size],
    );
  const rows = await visibleRows({ read, visible, limit: PROVIDERS });
  return rows
    .map(({ name }) => name)
    .sort()
    .slice(0, limit);
}

interface DependentColumns extends DependencyRow {
  readonly repository: RepositoryName;
  readonly manifest_id: number;
  readonly declared_by: Digest;
  readonly subject: Digest | null;
  readonly subject_id: number | null;
  readonly deleted_at: number | null;
}

/** A declaration, as a row that is visible or not. */
interface Declaration extends NamedRow {
  readonly row: DependentColumns;
}

const DEPENDENT = `${COLUMNS}, r.name AS repository, d.manifest_id, (SELECT digest FROM content WHERE id = m.content_id) AS declared_by,
  (SELECT digest FROM content WHERE id = m.subject_content_id) AS subject,
  (SELECT id FROM manifest WHERE repository_id = m.repository_id AND content_id = m.subject_content_id) AS subject_id,
  COALESCE(r.deleted_at, m.deleted_at) AS deleted_at`;

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
  const byKey = await x.query<{ id: number }>(
    `SELECT d.id FROM ${idTable(x, "$1", "page")} CROSS JOIN dependency d
      WHERE d.id IN (SELECT id FROM dependency WHERE key_id = page.id AND id > $2 ORDER BY id LIMIT $3)`,
    [JSON.stringify(keys), after, limit],
  );
  const byDigest =
    digest === undefined
      ? []
      : await x.query<{ id: number }>("SELECT id FROM dependency WHERE digest = $1 AND id > $2 ORDER BY id LIMIT $3", [digest, after, limit]);
  const ids = [...new Set([...byKey, ...byDigest].map(({ id }) => id))].sort((a, b) => a - b).slice(0, limit);
  const rows = await x.query<DependentColumns>(
    `SELECT ${DEPENDENT} FROM ${idTable(x, "$1", "page")} CROSS JOIN dependency d CROSS JOIN manifest m CROSS JOIN repository r
      WHERE d.id = page.id AND m.id = d.manifest_id AND r.id = d.repository_id ORDER BY d.id`,
    [JSON.stringify(ids)],
  );
  return rows.map((row) => ({ name: row.repository, deleted_at: row.deleted_at, row }));
}

function toArtifact(row: DependentColumns): { row: DependentColumns; artifact: number; digest: Digest } {
  const ofSubject = row.kind === SUBJECT_CODE && row.subject !== null;
  return ofSubject
    ? { row, artifact: row.subject_id ?? 0, digest: row.subject ?? row.declared_by }
    : { row, artifact: row.manifest_id, digest: row.declared_by };
}
