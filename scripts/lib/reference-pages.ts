import { buildProgram } from "../../src/cli/program.ts";
import { cliReference } from "./cli-reference.ts";
import { configReference } from "./config-reference.ts";

/** The generated pages, by their path in the project. */
export function referencePages(): Readonly<Record<string, string>> {
  return {
    "docs/reference/cli.md": cliReference(buildProgram()),
    "docs/reference/configuration.md": configReference(),
  };
}
