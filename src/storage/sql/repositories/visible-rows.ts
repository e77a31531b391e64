import type { Visibility } from "../../metadata/records.ts";
import { othersTurn } from "../../others-turn.ts";

/** Rows read in one statement while some of them may be hidden. */
const CHUNK = 500;

/** What tells a row that the caller may see from one that is as if it were not there. */
export interface NamedRow {
  /** Name of the repository. */
  readonly name: string;
  readonly deleted_at: number | null;
}

/** A repository by its number. */
export interface NamedId extends NamedRow {
  readonly id: number;
}

/** Whether a caller may know of the row. */
export function isVisible(visible: Visibility, { name, deleted_at }: NamedRow): boolean {
  return deleted_at === null && (visible.all || visible.matches(name));
}

export interface VisibleRows<Row> {
  /** The next rows of an index, at most `limit`. */
  readonly read: (after: Row | undefined, limit: number) => Promise<readonly Row[]>;
  readonly visible: Visibility;
  /** Rows wanted. */
  readonly limit: number;
}

/**
 * The first rows that the caller may see, however many hidden ones lie between: what is hidden neither fills a page nor ends a list.
 * Others get their turn meanwhile.
 */
export async function visibleRows<Row extends NamedRow>({ read, visible, limit }: VisibleRows<Row>): Promise<Row[]> {
  const found: Row[] = [];
  let after: Row | undefined;
  for (let size = visible.all ? Math.min(limit, CHUNK) : CHUNK; ; size = CHUNK) {
    const rows = await read(after, size);
    for (const row of rows) if (isVisible(visible, row)) found.push(row);
    if (found.length >= limit || rows.length < size) return found.slice(0, limit);
    after = rows.at(-1);
    await othersTurn();
  }
}
