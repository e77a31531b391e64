import { MetadataStoreError } from "../metadata/error.ts";
import type { Connection, Transactor } from "./engine/executor.ts";
import { columnTypes } from "./schema/column-types.ts";
import type { BesideStep, Migration, NewIndex, StepDatabase } from "./schema/migration.ts";

/** A database whose schema is brought up to date. */
export interface MigrationDatabase extends Transactor {
  /** Runs statements outside of transactions, beside one that is open. Absent where all is done in one. */
  readonly outside?: Connection | undefined;
  /** Whether a statement failed because others held for too long what it wanted to lock. */
  readonly missedLock?: ((error: unknown) => boolean) | undefined;
}

export function isBeside(step: Migration): step is BesideStep {
  return "indexes" in step;
}

/**
 * Applies a step in the transaction of `x`.
 * @throws MetadataStoreError `in-use`
 */
export async function applyStep(x: Connection, step: Migration): Promise<void> {
  const database: StepDatabase = { dialect: x.dialect, query: x.run };
  const obstacle = await step.obstacle?.(database);
  if (obstacle !== undefined) throw new MetadataStoreError("in-use", obstacle);
  if (isBeside(step)) {
    await fillAll(step, (fill) => fill(database));
    for (const index of step.indexes) await x.run(creationOf(index));
    return;
  }
  for (const statement of step.statements(columnTypes(x.dialect.name), x.dialect.name)) await x.run(statement);
  await step.complete?.(database);
}

/** Applies a step beside pushes, in transactions of its own, and goes on with what was begun before. */
export async function applyBeside({ transaction }: Transactor, outside: Connection, step: BesideStep): Promise<void> {
  await fillAll(step, (fill) => transaction((x) => fill({ dialect: x.dialect, query: x.run })));
  for (const index of step.indexes) await buildIndex(outside, index);
}

async function fillAll(step: BesideStep, run: (fill: (x: StepDatabase) => Promise<boolean>) => Promise<boolean>): Promise<void> {
  for (let more = step.fill !== undefined; more; ) more = await run(async (x) => (await step.fill?.(x)) ?? false);
}

/** An index whose building was interrupted is there, invalid, and never becomes whole. */
async function buildIndex({ run }: Connection, index: NewIndex): Promise<void> {
  const [found] = await run<{ valid: number }>("SELECT CAST(indisvalid AS INTEGER) AS valid FROM pg_index WHERE indexrelid = to_regclass($1)", [index.name]);
  if (found?.valid === 1) return;
  if (found !== undefined) await run(`DROP INDEX CONCURRENTLY ${index.name}`);
  await run(creationOf(index, " CONCURRENTLY"));
}

function creationOf({ name, unique = false, on }: NewIndex, how = ""): string {
  return `CREATE${unique ? " UNIQUE" : ""} INDEX${how} ${name} ON ${on}`;
}
