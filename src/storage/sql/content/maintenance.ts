import type { Run, Usage } from "../../metadata/collection.ts";
import type { Millis } from "../../metadata/records.ts";
import { CONTENT } from "../engine/codes.ts";
import { integer } from "../engine/columns.ts";
import { type Executor, queryOne } from "../engine/executor.ts";
import { sql } from "../engine/sql.ts";
import { command, rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";

const USAGE = rowsOf(
  { repositories: integer, manifests: integer, tags: integer, uploads: integer, blobs: integer, stored_bytes: integer },
  () => sql`SELECT
    (SELECT COUNT(*) FROM repository WHERE deleted_at IS NULL AND listed = 1) AS repositories,
    (SELECT COUNT(*) FROM manifest WHERE deleted_at IS NULL) AS manifests,
    (SELECT COUNT(*) FROM tag) AS tags,
    (SELECT COUNT(*) FROM upload_session) AS uploads,
    COUNT(*) AS blobs, CAST(COALESCE(SUM(size), 0) AS BIGINT) AS stored_bytes
  FROM content WHERE state IN (${CONTENT.unlinked}, ${CONTENT.linked})`,
);

export async function usage(x: Executor): Promise<Usage> {
  const row = await queryOne(x, USAGE);
  if (row === undefined) throw new Error("the metadata database gave no answer");
  const { stored_bytes: storedBytes, ...counts } = row;
  return { ...counts, storedBytes };
}

const RUNS = rowsOf(tables.maintenance_run, () => sql`SELECT name, ended_at FROM maintenance_run`);
const NOTE = command(
  () => sql`INSERT INTO maintenance_run (name, ended_at) VALUES (${"name"}, ${"endedAt"})
  ON CONFLICT (name) DO UPDATE SET ended_at = excluded.ended_at`,
);

export async function lastRuns(x: Executor): Promise<Partial<Record<Run, Millis>>> {
  const rows = await x.query(RUNS);
  return Object.fromEntries(rows.map((row) => [row.name, row.ended_at]));
}

export async function noteRun(x: Executor, run: Run, endedAt: Millis): Promise<void> {
  x.send(NOTE, { name: run, endedAt });
}
