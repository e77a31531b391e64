import { orNull } from "../engine/columns.ts";
import type { Executor } from "../engine/executor.ts";
import { codeField, field, isStorable, objects } from "../engine/parameters.ts";
import { rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import { type Term, termKindCode } from "./terms.ts";

const { kind, name, id } = tables.term;

const TERMS = rowsOf({ kind, name, id: orNull(id) })`SELECT ${codeField("kind")} AS kind, ${field("name")} AS name,
    (SELECT id FROM term WHERE kind = ${codeField("kind")} AND name = ${field("name")}) AS id FROM ${objects("terms")}`;

/** Looks up the numbers of terms, all in one statement. The result gives undefined for a term that nothing has. */
export async function findTerms(x: Executor, terms: readonly Term[]): Promise<(term: Term) => number | undefined> {
  const wanted = terms.filter(({ name }) => isStorable(name)).map(({ kind, name }) => ({ kind: termKindCode(kind), name }));
  const rows = await x.query(TERMS, { terms: JSON.stringify(wanted) });
  const ids = new Map(rows.flatMap((row) => (row.id === null ? [] : [[`${row.kind} ${row.name}`, row.id]])));
  return (term) => ids.get(`${termKindCode(term.kind)} ${term.name}`);
}
