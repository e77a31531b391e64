import { startEarly, takeEarly } from "../modules/helper/early-helper.ts";

/**
 * Starts what a command line will wait for, before anything else is loaded: commands on modules need the CUE helper, which takes as long to get
 * ready as they take.
 * @param args what follows the program's name
 */
export function startAhead(args: readonly string[]): void {
  const [group, ...words] = args;
  if (group === "mod" && words.length > 0 && !words.some((word) => word === "help" || word === "--help" || word === "-h")) startEarly(process.env);
}

/** Ends what nobody came to need. */
export function endAhead(): void {
  takeEarly()?.kill();
}
