import type { Command } from "commander";
import { dockerHubNotes } from "./arguments/docker-hub-notes.ts";
import { printErrText, printInFull, printNote, printText } from "./output/print.ts";
import { errColumns, outColumns } from "./output/terminal.ts";
import { beVerbose } from "./output/verbose.ts";
import { HELP_WIDTH } from "./quick-answer.ts";
import { QuickCommand } from "./quick-command.ts";
import { VERSION } from "./version.ts";

/** Options of the program that each command has, too. */
const GLOBAL: ReadonlySet<string> = new Set(["--verbose", "--no-trunc"]);

/** The program without its commands. */
export function createRootCommand(): Command {
  return createParsingRoot().hook("preAction", async (_, command) => {
    const { verbose, trunc } = command.optsWithGlobals();
    if (verbose === true) beVerbose();
    if (trunc === false) printInFull();
    for (const note of await dockerHubNotes(command)) printNote(note);
  });
}

/** The same, without what it does before each command: for who only asks whether something can be typed. */
export function createParsingRoot(): Command {
  return new QuickCommand("opm")
    .description("The package manager for OCI: a client for any registry, and a registry of its own.")
    .version(`opm ${VERSION}`, "-V, --version", "print the version")
    .option("-v, --verbose", "tell each request on standard error: status, bytes, time")
    .option("--no-trunc", "print tables and trees in full, however narrow the terminal")
    .helpOption("-h, --help", "print help for a command")
    .exitOverride()
    .configureHelp({
      subcommandTerm: (command) => command.name(),
      minWidthToWrap: 20,
      showGlobalOptions: true,
      // the version is of the program alone
      visibleGlobalOptions: (command) => (command.parent === null ? [] : rootOf(command).options.filter(({ long }) => long !== undefined && GLOBAL.has(long))),
    })
    .configureOutput({
      writeOut: printText,
      writeErr: printErrText,
      // errors are printed in one place, reportError
      outputError: () => {},
      getOutHelpWidth: () => Math.min(HELP_WIDTH, outColumns() ?? HELP_WIDTH),
      getErrHelpWidth: () => Math.min(HELP_WIDTH, errColumns() ?? HELP_WIDTH),
    });
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent);
}
