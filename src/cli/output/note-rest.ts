import { printNote } from "./print.ts";

/** What is no row of a list: that there is none, or that there are more. On standard error, and not with `--quiet`. */
export function noteRest({ rows, more }: { readonly rows: readonly unknown[]; readonly more: boolean }, { quiet }: { readonly quiet?: boolean }): void {
  if (quiet === true) return;
  if (rows.length === 0) printNote("nothing matches");
  if (more) printNote("there are more: give --limit or --all");
}
