import { parseArgs } from "node:util";

export interface CatalogBenchOptions {
  /** Parts of the full size to measure at, ascending. */
  readonly scales: readonly number[];
  /** Questions of a kind in one measurement. */
  readonly rounds: number;
  /** Folder that keeps the databases for the next run; undefined: a temporary one. */
  readonly keep: string | undefined;
  /** `postgres://…`: an empty database for each scale is made there instead of SQLite files. */
  readonly postgres: string | undefined;
  /** Part of the names of the questions to ask; empty: all. */
  readonly only: readonly string[];
}

export const USAGE = `Measures the catalog's questions on databases of 1 %, 10 % and 100 % of 100,000 repositories, 1,000,000 tags
and 3,000,000 manifests, and once more at 100 % while another process pushes.

npm run bench:catalog -- [options]
  --quick            0.1 %, 1 % and 10 %, fewer questions
  --only <name>      only questions whose name contains this (repeatable)
  --keep <folder>    keep the databases there, and use those that are there
  --postgres <url>   on this PostgreSQL server, whose user may create databases
  --rounds <n>       questions of a kind in one measurement`;

/** @throws Error for unknown options and values */
export function parseOptions(args: readonly string[]): CatalogBenchOptions | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
      keep: { type: "string" },
      postgres: { type: "string" },
      rounds: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  const rounds = Number(values.rounds ?? (values.quick ? 40 : 200));
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 10_000) throw new Error(`invalid --rounds '${values.rounds}': expected 1 to 10000`);
  const scales = values.quick ? [0.001, 0.01, 0.1] : [0.01, 0.1, 1];
  return { scales, rounds, keep: values.keep, postgres: values.postgres, only: values.only };
}
