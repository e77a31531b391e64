import { type Awaitable, after } from "../../awaitable.ts";
import type { RightsRevision } from "../../metadata/catalog/definitions.ts";
import { type Columns, integer, type Row } from "../engine/columns.ts";
import { askOne, type Executor } from "../engine/executor.ts";
import { byDialect, sql } from "../engine/sql.ts";
import { command, rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";

const REVISION = sql`(SELECT revision FROM rights_revision WHERE only_row = 1)`;
const MOVE_ON = command(() => sql`UPDATE rights_revision SET revision = revision + 1 WHERE only_row = 1`);
const REVISIONS = rowsOf(
  { rights: tables.rights_revision.revision, catalog: tables.catalog_revision.revision, program: tables.schema_program.minimum },
  () => sql`SELECT ${REVISION} AS rights, (SELECT minimum FROM schema_program WHERE only_row = 1) AS program, revision AS catalog
  FROM catalog_revision WHERE id = 1`,
);

/** To be called in each change by which somebody may do more or less. */
export function moveRights(x: Executor): void {
  x.send(MOVE_ON);
}

export function rightsRevision(x: Executor): Awaitable<RightsRevision> {
  return after(askOne(x, REVISIONS, {}), (row) => row ?? { rights: 0, catalog: 0, program: 0 });
}

/** The column by which the reads that most requests consist of tell the revision of the rights beside what was asked. */
export const TOLD = { told_rights: integer };

/** The value of `TOLD`. SQLite is asked for it without a statement's time: see `DefinitionStore.rights`. */
export const TELL = byDialect(({ name }) => (name === "sqlite" ? sql`0 AS told_rights` : sql`${REVISION} AS told_rights`));

/** What the rows of a statement tell by `TOLD`; undefined: nothing. */
export function toldRights({ columns }: { readonly columns: Columns }, rows: readonly unknown[]): number | undefined {
  return rows.length > 0 && "told_rights" in columns ? (rows[0] as Row<typeof TOLD>).told_rights : undefined;
}
