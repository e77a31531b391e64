import { integer } from "../../engine/columns.ts";
import type { Executor } from "../../engine/executor.ts";
import { idTable, integers } from "../../engine/parameters.ts";
import { sql } from "../../engine/sql.ts";
import { rowsOf } from "../../engine/statement.ts";
import { tables } from "../../engine/tables.ts";
import { hasWords } from "../../repositories/search-document.ts";
import type { Candidate } from "./candidates.ts";
import type { Conditions } from "./filter.ts";

const { search_document } = tables;

const WITH_TERM = rowsOf(
  { id: integer },
  () => sql`SELECT page.id FROM ${idTable("ids", "page")} WHERE EXISTS (SELECT 1 FROM repository_term t
  WHERE t.term_id IN (${integers("terms")}) AND t.repository_id = page.id)`,
);

const IN_PROJECT = rowsOf(
  { id: integer },
  () => sql`SELECT page.id FROM ${idTable("ids", "page")}
  WHERE (SELECT name FROM project WHERE id = (SELECT project_id FROM repository WHERE id = page.id)) = ${"name"}`,
);

const DOCUMENTS = rowsOf(
  { id: search_document.repository_id, document: search_document.document },
  () => sql`SELECT d.repository_id AS id, d.document
  FROM ${idTable("ids", "page")} CROSS JOIN search_document d WHERE d.repository_id = page.id`,
);

/** Those of the candidates that all conditions hold for, in their order. A statement for each condition that the row itself does not answer. */
export async function matching(x: Executor, candidates: readonly Candidate[], conditions: Conditions): Promise<Candidate[]> {
  const { name, since, until, groups, without, project, words } = conditions;
  let left = candidates.filter((row) => {
    if (row.deleted_at !== null || row.listed === 0 || row.updated_at < since || row.updated_at >= until) return false;
    return !name.selective || name.matches(row.name);
  });
  for (const group of groups) left = keep(left, await withTerm(x, left, group), true);
  for (const term of without) left = keep(left, await withTerm(x, left, [term]), false);
  if (project !== undefined) left = keep(left, await inProject(x, left, project), true);
  if (words !== undefined && left.length > 0) {
    const documents = await searchDocuments(x, left);
    left = left.filter(({ id }) => hasWords(documents.get(id) ?? "", words));
  }
  return left;
}

function keep(candidates: Candidate[], ids: ReadonlySet<number>, wanted: boolean): Candidate[] {
  return candidates.filter(({ id }) => ids.has(id) === wanted);
}

async function withTerm(x: Executor, candidates: readonly Candidate[], terms: readonly number[]): Promise<Set<number>> {
  if (candidates.length === 0) return new Set();
  const rows = await x.query(WITH_TERM, { ids: idsOf(candidates), terms: JSON.stringify(terms) });
  return new Set(rows.map(({ id }) => id));
}

async function inProject(x: Executor, candidates: readonly Candidate[], name: string): Promise<Set<number>> {
  if (candidates.length === 0) return new Set();
  const rows = await x.query(IN_PROJECT, { ids: idsOf(candidates), name });
  return new Set(rows.map(({ id }) => id));
}

/** The words of repositories by their number. */
export async function searchDocuments(x: Executor, candidates: readonly Pick<Candidate, "id">[]): Promise<Map<number, string>> {
  const rows = await x.query(DOCUMENTS, { ids: idsOf(candidates) });
  return new Map(rows.map(({ id, document }) => [id, document]));
}

function idsOf(candidates: readonly Pick<Candidate, "id">[]): string {
  return JSON.stringify(candidates.map(({ id }) => id));
}
