import { Command } from "commander";
import { printErrText, printText } from "./output.ts";
import { beVerbose } from "./verbose.ts";
import { VERSION } from "./version.ts";

/** Columns: help is never wider, however wide the terminal is. */
const WIDTH = 80;

/** The program without its commands. */
export function createRootCommand(): Command {
  return new Command("opm")
    .description("The package manager for OCI: a client for any registry, and a registry of its own.")
    .version(`opm ${VERSION}`, "-V, --version", "print the version")
    .option("-v, --verbose", "tell each request on standard error: status, bytes, time")
    .helpOption("-h, --help", "print help for a command")
    .hook("preAction", (_, command) => {
      if (command.optsWithGlobals().verbose === true) beVerbose();
    })
    .exitOverride()
    .configureHelp({
      subcommandTerm: (command) => command.name(),
      minWidthToWrap: 20,
      showGlobalOptions: true,
      // the version is of the program alone
      visibleGlobalOptions: (command) => (command.parent === null ? [] : rootOf(command).options.filter(({ long }) => long === "--verbose")),
    })
    .configureOutput({
      writeOut: printText,
      writeErr: printErrText,
      // errors are printed in one place, reportError
      outputError: () => {},
      getOutHelpWidth: () => Math.min(WIDTH, process.stdout.columns ?? WIDTH),
      getErrHelpWidth: () => Math.min(WIDTH, process.stderr.columns ?? WIDTH),
    });
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent);
}
