import type { Executor } from "../engine/executor.ts";
import { isStorable } from "../engine/parameters.ts";
import { type Term, termKindCode } from "./terms.ts";

/** Looks up the numbers of terms, all in one statement. The result gives undefined for a term that nothing has. */
export async function findTerms(x: Executor, terms: readonly Term[]): Promise<(term: Term) => number | undefined> {
  const wanted = terms.filter(({ name }) => isStorable(name)).map(({ kind, name }) => ({ kind: termKindCode(kind), name }));
  const kind = "CAST(value->>'kind' AS SMALLINT)";
  const rows = await x.query<{ kind: number; name: string; id: number | null }>(
    `SELECT ${kind} AS kind, value->>'name' AS name, (SELECT id FROM term WHERE kind = ${kind} AND name = value->>'name') AS id FROM ${x.dialect.objects("$1")}`,
    [JSON.stringify(wanted)],
  );
  const ids = new Map(rows.flatMap((row) => (row.id === null ? [] : [[`${row.kind} ${row.name}`, row.id]])));
  return (term) => ids.get(`${termKindCode(term.kind)} ${term.name}`);
}
