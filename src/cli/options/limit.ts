import { type Command, InvalidArgumentError } from "commander";

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
