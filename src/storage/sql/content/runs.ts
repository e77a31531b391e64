import type { Run } from "../../metadata/collection.ts";
import type { Millis } from "../../metadata/records.ts";
import type { Executor } from "../engine/executor.ts";

export async function lastRuns(x: Executor): Promise<Partial<Record<Run, Millis>>> {
  const rows = await x.query<{ name: Run; ended_at: number }>("SELECT name, ended_at FROM maintenance_run");
  return Object.fromEntries(rows.map((row) => [row.name, row.ended_at]));
}

export async function noteRun(x: Executor, run: Run, endedAt: Millis): Promise<void> {
  await x.query("INSERT INTO maintenance_run (name, ended_at) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET ended_at = excluded.ended_at", [run, endedAt]);
}
