import { type Command, InvalidArgumentError } from "commander";
import { printNote } from "../output/print.ts";

/** How much of a list is shown. */
export interface LimitOptions {
  readonly limit?: number;
  readonly all?: boolean;
}

/** Rows of a list where the user does not say how many. */
const DEFAULT_LIMIT = 100;

/** Adds `--limit` and `--all`. */
export function addLimitOptions(command: Command): Command {
  return command.option("-n, --limit <number>", `rows at most (default: ${DEFAULT_LIMIT})`, parseCount).option("--all", "every row, however many");
}

/** Rows at most; Infinity for all. */
export function limitOf({ limit, all }: LimitOptions): number {
  return all === true ? Number.POSITIVE_INFINITY : (limit ?? DEFAULT_LIMIT);
}

/** For options that count, from 1 on. */
export function parseCount(text: string): number {
  if (!/^[1-9][0-9]{0,6}$/.test(text)) throw new InvalidArgumentError("Expected a whole number from 1 on.");
  return Number(text);
}

/** What is no row of a list: that there is none, or that there are more. On standard error, and not with `--quiet`. */
export function noteRest({ rows, more }: { readonly rows: readonly unknown[]; readonly more: boolean }, { quiet }: { readonly quiet?: boolean }): void {
  if (quiet === true) return;
  if (rows.length === 0) printNote("nothing matches");
  if (more) printNote("there are more: give --limit or --all");
}
