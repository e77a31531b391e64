import type { Column, Kind } from "../engine/columns.ts";
import { tables } from "../engine/tables.ts";

export type TableName = keyof typeof tables;

/** How a table goes along when a database is moved or kept in a backup: by the columns that its rows are found by, or not at all, and why. */
type Handling = { readonly key: readonly string[] } | { readonly left: string };

/**
 * Every table, those first that others refer to: whoever adds one has to say here what becomes of it.
 */
const HANDLING: { readonly [Name in TableName]: Handling } = {
  media_type: { key: ["id"] },
  term: { key: ["id"] },
  search_word: { key: ["id"] },
  namespace: { key: ["id"] },
  project: { key: ["id"] },
  project_pattern: { key: ["project_id", "pattern"] },
  repository: { key: ["id"] },
  repository_term: { key: ["repository_id", "kind", "term_id"] },
  search_document: { key: ["repository_id"] },
  search_posting: { key: ["word_id", "field", "repository_id"] },
  content: { key: ["id"] },
  manifest_body: { key: ["content_id"] },
  blob_link: { key: ["repository_id", "content_id"] },
  manifest: { key: ["id"] },
  manifest_edge: { key: ["manifest_id", "position"] },
  dependency: { key: ["id"] },
  tag: { key: ["repository_id", "name"] },
  tag_event: { key: ["id"] },
  app_user: { key: ["id"] },
  access_token: { key: ["id"] },
  audit: { key: ["id"] },
  catalog_grant: { key: ["position"] },
  catalog_revision: { key: ["id"] },
  rights_revision: { key: ["only_row"] },
  artifact_type: { key: ["rule", "type"] },
  secret: { key: ["name"] },
  maintenance_run: { key: ["name"] },
  content_claim: { left: "the content store of each database is its own" },
  lease: { left: "it is about the processes over this database" },
  login_failure: { left: "they count for a minute" },
  node: { left: "each node notes itself" },
  pull_batch: { left: "it tells batches of the processes over this database apart" },
  schema_migration: { left: "each database has the steps that made it" },
  schema_program: { left: "as schema_migration" },
  staged_upload: { left: "as upload_session" },
  upload_session: { left: "the bytes that it is about lie in the content store of before, and its client begins anew" },
};

/** A table that goes along. */
export interface MovedTable {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly kind: Kind }[];
  /** The columns of its primary key, by which its rows are read in order. */
  readonly key: readonly string[];
}

/** Columns that say where content lies, which is another place in each content store. */
const OF_THE_PLACE: Readonly<Partial<Record<TableName, readonly string[]>>> = { content: ["location"] };

/** The tables that go along, those first that others refer to. */
export const MOVED_TABLES: readonly MovedTable[] = Object.entries(HANDLING).flatMap(([name, handling]) => {
  if ("left" in handling) return [];
  const columns = columnsOf(name as TableName);
  return [{ name, key: handling.key, columns: columns.filter((column) => !OF_THE_PLACE[name as TableName]?.includes(column.name)) }];
});

function columnsOf(table: TableName): MovedTable["columns"] {
  return Object.entries<Column<unknown>>(tables[table]).map(([name, { kind }]) => ({ name, kind }));
}

/** A table that lets no row go, by a trigger: what an earlier try has copied stays, and is the same still. */
export const APPEND_ONLY = "audit";

/** The table that says which content there is, and where it lies. */
export const CONTENT_TABLE: MovedTable = movedTable("content");

/** The same with the places. */
export const LOCATED_CONTENT_TABLE: MovedTable = { ...CONTENT_TABLE, columns: columnsOf("content") };

/** The table with the bytes of manifests. */
export const BODY_TABLE: MovedTable = movedTable("manifest_body");

function movedTable(wanted: TableName): MovedTable {
  const table = MOVED_TABLES.find(({ name }) => name === wanted);
  if (table === undefined) throw new Error(`the table ${wanted} does not go along`);
  return table;
}
