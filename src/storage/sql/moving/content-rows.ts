import type { Digest } from "../../../oci/digest.ts";
import { CONTENT } from "../engine/codes.ts";
import type { Connection } from "../engine/executor.ts";
import type { TableRow } from "./rows.ts";

/** A row of the table `content`, as far as moving cares. */
export interface ContentRow extends TableRow {
  readonly id: number;
  readonly digest: Digest;
  readonly size: number;
  readonly state: number;
  /** Where its bytes lie, in content stores that do not find them by the digest. */
  readonly location?: string | null;
}

/**
 * What goes along of a row of content: bytes that a repository has. What is only announced, or about to be removed, stays behind, so that of
 * such a row nothing is left but the number that manifests refer to.
 */
export function carried(row: TableRow): ContentRow {
  const { state } = row as ContentRow;
  if (state === CONTENT.linked || state === CONTENT.absent) return { ...(row as ContentRow), reserved_until: 0 };
  return { ...(row as ContentRow), state: CONTENT.absent, size: 0, reserved_until: 0, location: null };
}

/** Whether its bytes are content of the content store. */
export function hasBytes(row: ContentRow): boolean {
  return row.state === CONTENT.linked;
}

/** How many contents there are, and bytes of them. */
export async function contentTotals(x: Connection): Promise<{ readonly contents: number; readonly bytes: number }> {
  const [row] = await x.run<{ contents: number; bytes: number }>(
    `SELECT COUNT(*) AS contents, CAST(COALESCE(SUM(size), 0) AS BIGINT) AS bytes FROM content WHERE state = ${CONTENT.linked}`,
  );
  return row ?? { contents: 0, bytes: 0 };
}
