import type { RepositoryName } from "../../../oci/name.ts";
import type { RepositoryDefinition } from "../../metadata/catalog/definitions.ts";
import { internMediaTypes } from "../content/rows.ts";
import { tagOperationCode } from "../engine/codes.ts";
import { assignments, integer, names, type Row } from "../engine/columns.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { sql } from "../engine/sql.ts";
import { command, rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import { pairTerms } from "../manifests/terms.ts";
import { FIRST_TYPE, RepositoryCounters } from "../repositories/counters.ts";
import { ensureLocked } from "../repositories/ensure.ts";
import { lockRepository } from "../repositories/locks.ts";
import { ensureProject, forgetEmptyProjects, NOWHERE } from "../repositories/projects.ts";
import { forgetTerms, internTerms, termIds } from "../repositories/terms.ts";
import { updateSearch } from "../repositories/update-search.ts";
import { DESCRIBE, DESCRIPTION, descriptionColumns, holds, UNDECLARED } from "./description.ts";
import type { CatalogRecord, CatalogStep } from "./step.ts";

const { declared_type_id } = tables.repository;
const { term_id } = tables.repository_term;

const DEFINITION = { ...DESCRIPTION, declared_type_id };
type Definition = Row<typeof DEFINITION>;

const ONE = rowsOf(DEFINITION, () => sql`SELECT ${names(DEFINITION)} FROM repository WHERE id = ${"id"}`);
const DEFINE = command(
  () => sql`UPDATE repository SET revision = revision + 1, listed = 1, ${DESCRIBE}, ${assignments(["declared_type_id"])} WHERE id = ${"id"}`,
);
const SET_TYPE = command(() => sql`UPDATE repository SET content_type_id = COALESCE(declared_type_id, ${FIRST_TYPE}) WHERE id = ${"repository"}`);

const COUNTS = rowsOf(
  { tags: integer, manifests: integer },
  () => sql`SELECT (SELECT COUNT(*) FROM tag WHERE repository_id = ${"id"}) AS tags,
    (SELECT COUNT(*) FROM manifest WHERE repository_id = ${"id"} AND deleted_at IS NULL) AS manifests`,
);
const RECORD_TAGS = command(
  () => sql`INSERT INTO tag_event (repository_id, tag, operation, from_digest, actor, at)
  SELECT g.repository_id, g.name, ${tagOperationCode("delete")},
    (SELECT digest FROM content WHERE id = (SELECT content_id FROM manifest WHERE id = g.manifest_id)), CAST(${"actor"} AS TEXT), CAST(${"now"} AS BIGINT)
  FROM tag g WHERE g.repository_id = ${"id"} ORDER BY g.name`,
);
const DELETE_TAGS = command(() => sql`DELETE FROM tag WHERE repository_id = ${"id"}`);
const HIDE_MANIFESTS = command(
  () => sql`UPDATE manifest SET deleted_at = ${"now"}, untagged_at = NULL, terms = NULL
  WHERE repository_id = ${"id"} AND deleted_at IS NULL`,
);
const FORGET = rowsOf({ term_id }, () => sql`DELETE FROM repository_term WHERE repository_id = ${"id"} RETURNING term_id`);
const HIDE = command(
  () => sql`UPDATE repository SET deleted_at = ${"now"}, updated_at = ${"now"}, revision = revision + 1, project_id = ${"project"},
  tag_count = 0, version_count = 0, manifest_count = 0, pulls = 0, content_type_id = NULL, declared_type_id = NULL, title = NULL,
  description = NULL, labels = NULL, owner = NULL, declared = 0 WHERE id = ${"id"}`,
);

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

function rowOf(x: Executor, id: number): Promise<Definition | undefined> {
  return queryOne(x, ONE, { id });
}

async function describe(x: Executor, id: number, before: Definition, after: Definition): Promise<void> {
  x.send(DEFINE, { id, ...after });
  if (before.declared_type_id !== after.declared_type_id) {
    x.send(SET_TYPE, { repository: id });
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
  const counts = await queryOne(x, COUNTS, { id });
  x.send(RECORD_TAGS, { id, actor: actor.subject, now });
  x.send(DELETE_TAGS, { id });
  x.send(HIDE_MANIFESTS, { id, now });
  const terms = await x.query(FORGET, { id });
  x.send(HIDE, { id, now, project: await ensureProject(x, NOWHERE, now) });
  await forgetTerms(
    x,
    terms.map((row) => row.term_id),
  );
  await updateSearch(x, id);
  await forgetEmptyProjects(x);
  return { action: "repository.delete", repository: name, detail: { ...counts } };
}
