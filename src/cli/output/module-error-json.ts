import { ModuleError } from "../../modules/helper/helper.ts";
import type { HelperErrorData } from "../../modules/helper/protocol.ts";
import { CliError, EXIT, type ExitCode } from "./exit-code.ts";
import { printJson } from "./print.ts";
import { describeError } from "./report-error.ts";

const CODES: Readonly<Partial<Record<ExitCode, HelperErrorData["code"]>>> = {
  [EXIT.invalid]: "invalid",
  [EXIT.network]: "network",
  [EXIT.permission]: "permission",
  [EXIT.notFound]: "not-found",
};

/** Prints the error of module work as JSON: `{ error: { code, message, diagnostics, details } }`. A command's own `CliError` has no such form. */
export function printErrorJson(error: unknown): void {
  if (error instanceof CliError) return;
  printJson({ error: error instanceof ModuleError ? dataOf(error) : described(error) });
}

function dataOf({ code, message, diagnostics, details }: ModuleError) {
  return { code, message, diagnostics, details };
}

function described(error: unknown) {
  const { message, exitCode } = describeError(error);
  return { code: CODES[exitCode] ?? "general", message: message.join("; "), diagnostics: [], details: {} };
}
