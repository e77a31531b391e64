import type { Executor } from "./executor.ts";

/** Keeps pushes to these repositories waiting; where transactions overlap, in one order for all collectors. */
export async function lockRepositories(x: Executor, ids: readonly number[]): Promise<void> {
  if (x.dialect.lock === "" || ids.length === 0) return;
  const elements = x.dialect.strings("$1");
  await x.query(`SELECT id FROM repository WHERE id IN (SELECT CAST(value AS BIGINT) FROM ${elements}) ORDER BY id${x.dialect.lock}`, [
    JSON.stringify([...new Set(ids)]),
  ]);
}
