import { outColumns } from "./output/terminal.ts";
import { describeVersion, VERSION } from "./version.ts";

/** Columns of help: it is never wider, however wide the terminal is. */
export const HELP_WIDTH = 80;

declare const OPM_HELP: string | undefined;

/** The help of the program, `HELP_WIDTH` wide, that an executable is built with. */
const HELP: string | undefined = typeof OPM_HELP === "string" ? OPM_HELP : undefined;

/**
 * The answer to what is asked most and takes no more than it prints: building the command line takes longer than starting the process does.
 * @param args without the program's name
 * @returns undefined for all else, and for help where it is not known, or too wide
 */
export function quickAnswer(args: readonly string[]): string | undefined {
  if (args.length !== 1) return undefined;
  switch (args[0]) {
    case "version":
      return `${describeVersion()}\n`;
    case "--version":
    case "-V":
      return `opm ${VERSION}\n`;
    case "--help":
    case "-h":
    case "help":
      return (outColumns() ?? HELP_WIDTH) < HELP_WIDTH ? undefined : HELP;
    default:
      return undefined;
  }
}
