import type { RepositoryName } from "../../../oci/name.ts";
import type { RepositoryDefinition } from "../../metadata/catalog/definitions.ts";
import { internMediaTypes } from "../content/rows.ts";
import { tagOperationCode } from "../engine/codes.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { pairTerms } from "../manifests/terms.ts";
import { firstType, RepositoryCounters } from "../repositories/counters.ts";
import { ensureLocked } from "../repositories/ensure.ts";
import { lockRepository } from "../repositories/locks.ts";
import { ensureProject, forgetEmptyProjects, NOWHERE } from "../repositories/projects.ts";
import { forgetTerms, internTerms, termIds } from "../repositories/terms.ts";
import { updateSearch } from "../repositories/update-search.ts";
import { assignments, type DescriptionColumns, descriptionColumns, holds, UNDECLARED } from "./description.ts";
import type { CatalogRecord, CatalogStep } from "./step.ts";

interface Row extends DescriptionColumns {
  readonly declared_type_id: number | null;
}

export async function putRepository(x: Executor, definition: RepositoryDefinition, { now }: CatalogStep): Promise<CatalogRecord | undefined> {
  const { name, ...detail } = definition;
  const { id } = await ensureLocked(x, name, now);
  const row = await rowOf(x, id);
  const type = definition.contentType === undefined ? null : ((await internMediaTypes(x, [definition.contentType])).get(definition.contentType) ?? null);
  const columns = { ...descriptionColumns(definition), declared_type_id: type };
  if (row === undefined || holds(row, columns)) return undefined;
  await describe(x, id, row, columns);
  return { action: "repository.put", repository: name, detail };
}

export async function undeclareRepository(x: Executor, name: RepositoryName): Promise<CatalogRecord | undefined> {
  const repository = await lockRepository(x, name);
  const row = repository === undefined ? undefined : await rowOf(x, repository.id);
  if (repository === undefined || row === undefined || row.declared === 0) return undefined;
  await describe(x, repository.id, row, { ...UNDECLARED, declared_type_id: null });
  return { action: "repository.undeclare", repository: name };
}

function rowOf(x: Executor, id: number): Promise<Row | undefined> {
  return queryOne<Row>(x, "SELECT description, labels, owner, declared, declared_type_id FROM repository WHERE id = $1", [id]);
}

async function describe(x: Executor, id: number, before: Row, after: Row): Promise<void> {
  await x.query(`UPDATE repository SET revision = revision + 1, listed = 1, ${assignments(after, 2)} WHERE id = $1`, [id, ...Object.values(after)]);
  if (before.declared_type_id !== after.declared_type_id) {
    await x.query(`UPDATE repository SET content_type_id = COALESCE(declared_type_id, ${firstType("$1")}) WHERE id = $1`, [id]);
  }
  const counters = new RepositoryCounters(id);
  const [left, wanted] = [before, after].map(({ labels }) => pairTerms("label", labels === null ? {} : JSON.parse(labels)));
  const terms = await internTerms(x, [...(left ?? []), ...(wanted ?? [])]);
  counters.terms(-1, termIds(terms, left ?? []));
  counters.terms(1, termIds(terms, wanted ?? []));
  await counters.write(x, undefined);
  await updateSearch(x, id);
}

/** All of it at once, whatever its size. Its row stays for the history, without a project. */
export async function deleteRepository(x: Executor, name: RepositoryName, { actor, now }: CatalogStep): Promise<CatalogRecord | undefined> {
  const repository = await lockRepository(x, name);
  if (repository === undefined) return undefined;
  const { id } = repository;
  const counts = await queryOne<{ tags: number; manifests: number }>(
    x,
    `SELECT (SELECT COUNT(*) FROM tag WHERE repository_id = $1) AS tags,
            (SELECT COUNT(*) FROM manifest WHERE repository_id = $1 AND deleted_at IS NULL) AS manifests`,
    [id],
  );
  await x.query(
    `INSERT INTO tag_event (repository_id, tag, operation, from_digest, actor, at)
     SELECT g.repository_id, g.name, ${tagOperationCode("delete")},
            (SELECT digest FROM content WHERE id = (SELECT content_id FROM manifest WHERE id = g.manifest_id)), CAST($2 AS TEXT), CAST($3 AS BIGINT)
       FROM tag g WHERE g.repository_id = $1 ORDER BY g.name`,
    [id, actor.subject, now],
  );
  await x.query("DELETE FROM tag WHERE repository_id = $1", [id]);
  await x.query("UPDATE manifest SET deleted_at = $2, untagged_at = NULL, terms = NULL WHERE repository_id = $1 AND deleted_at IS NULL", [id, now]);
  const terms = await x.query<{ term_id: number }>("DELETE FROM repository_term WHERE repository_id = $1 RETURNING term_id", [id]);
  await x.query(
    `UPDATE repository SET deleted_at = $2, updated_at = $2, revision = revision + 1, project_id = $3, tag_count = 0, version_count = 0,
       manifest_count = 0, pulls = 0, content_type_id = NULL, declared_type_id = NULL, title = NULL, description = NULL, labels = NULL,
       owner = NULL, declared = 0 WHERE id = $1`,
    [id, now, await ensureProject(x, NOWHERE, now)],
  );
  await forgetTerms(
    x,
    terms.map((row) => row.term_id),
  );
  await updateSearch(x, id);
  await forgetEmptyProjects(x);
  return { action: "repository.delete", repository: name, detail: { ...counts } };
}
