import type { Digest } from "../../../oci/digest.ts";
import type { Connection } from "../engine/executor.ts";
import type { ContentRow } from "./content-rows.ts";
import { LOCATED_CONTENT_TABLE } from "./handling.ts";
import { insert } from "./rows.ts";

const COLUMNS = LOCATED_CONTENT_TABLE.columns.map(({ name }) => name);

/** Content that has come to the target already, with what its row says of the place. */
export async function placedAlready(x: Connection, rows: readonly ContentRow[]): Promise<Map<Digest, ContentRow>> {
  if (rows.length === 0) return new Map();
  const parameters = rows.map((_, index) => `$${index + 1}`).join(", ");
  const found = await x.run<ContentRow>(
    `SELECT ${COLUMNS.join(", ")} FROM content WHERE digest IN (${parameters})`,
    rows.map(({ digest }) => digest),
  );
  return new Map(found.map((row) => [row.digest, row]));
}

/** Writes rows of content in place of those that have their numbers or digests. Nothing may refer to these yet. */
export async function putContentRows(x: Connection, rows: readonly ContentRow[]): Promise<void> {
  if (rows.length === 0) return;
  const parameters = rows.map((_, index) => `$${index + 1}`).join(", ");
  await x.run(
    `DELETE FROM content WHERE id IN (${parameters})`,
    rows.map(({ id }) => id),
  );
  await x.run(
    `DELETE FROM content WHERE digest IN (${parameters})`,
    rows.map(({ digest }) => digest),
  );
  await insert(x, "content", COLUMNS, rows);
}

/** Removes the rows of content with numbers above `after`, and up to `last` where that is given, which are not among `ids`. */
export async function removeOtherContentRows(x: Connection, range: { readonly after: number; readonly last?: number }, ids: readonly number[]): Promise<void> {
  const other = ids.length === 0 ? "" : ` AND id NOT IN (${ids.map((_, index) => `$${index + 2}`).join(", ")})`;
  const end = range.last === undefined ? "" : ` AND id <= ${range.last}`;
  await x.run(`DELETE FROM content WHERE id > $1${end}${other}`, [range.after, ...ids]);
}
