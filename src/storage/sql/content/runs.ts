import type { Run } from "../../metadata/collection.ts";
import type { Millis } from "../../metadata/records.ts";
import type { Executor } from "../engine/executor.ts";
import { command, rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";

const RUNS = rowsOf(tables.maintenance_run)`SELECT name, ended_at FROM maintenance_run`;
const NOTE = command`INSERT INTO maintenance_run (name, ended_at) VALUES (${"name"}, ${"endedAt"})
  ON CONFLICT (name) DO UPDATE SET ended_at = excluded.ended_at`;

export async function lastRuns(x: Executor): Promise<Partial<Record<Run, Millis>>> {
  const rows = await x.query(RUNS);
  return Object.fromEntries(rows.map((row) => [row.name, row.ended_at]));
}

export async function noteRun(x: Executor, run: Run, endedAt: Millis): Promise<void> {
  await x.query(NOTE, { name: run, endedAt });
}
