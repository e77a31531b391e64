import { CommanderError } from "commander";
import type { ClientErrorKind } from "../../client/client-error.ts";
import type { ModuleError } from "../../modules/helper/helper.ts";
import type { HelperErrorData } from "../../modules/helper/protocol.ts";
import { diagnosticLines } from "./diagnostic-lines.ts";
import { CliError, EXIT, type ExitCode } from "./exit-code.ts";
import { printErrLine, printError, printErrText, printJson } from "./print.ts";
import { oneLine } from "./printable.ts";

/** Exit codes of the errors of the operating system; all others are general. */
const SYSTEM_CODES: Readonly<Record<string, ExitCode>> = {
  EACCES: EXIT.permission,
  EPERM: EXIT.permission,
  EROFS: EXIT.permission,
  ENOENT: EXIT.notFound,
  EISDIR: EXIT.invalid,
  ENOTDIR: EXIT.invalid,
  ECONNREFUSED: EXIT.network,
  ECONNRESET: EXIT.network,
  EHOSTUNREACH: EXIT.network,
  ENETUNREACH: EXIT.network,
  ENOTFOUND: EXIT.network,
  ETIMEDOUT: EXIT.network,
  ERR_POSTGRES_CONNECTION_CLOSED: EXIT.network,
  ERR_POSTGRES_CONNECTION_REFUSED: EXIT.network,
  ERR_POSTGRES_CONNECTION_TIMEOUT: EXIT.network,
};

const CLIENT_KINDS: Readonly<Record<ClientErrorKind, ExitCode>> = {
  network: EXIT.network,
  permission: EXIT.permission,
  "not-found": EXIT.notFound,
  invalid: EXIT.invalid,
  refused: EXIT.invalid,
  general: EXIT.general,
};

/** Of the stores; all others are general. */
const STORE_REASONS: Readonly<Record<string, ExitCode>> = {
  unavailable: EXIT.network,
  timeout: EXIT.network,
  absent: EXIT.notFound,
  denied: EXIT.permission,
  "too-few-connections": EXIT.invalid,
  unsupported: EXIT.invalid,
  "older-schema": EXIT.invalid,
  "newer-schema": EXIT.invalid,
  clock: EXIT.invalid,
};

/** Of component work. */
const COMPONENT_KINDS: Readonly<Record<string, ExitCode>> = { ...CLIENT_KINDS, finding: EXIT.finding };

const MODULE_CODES: Readonly<Record<string, ExitCode>> = { ...CLIENT_KINDS, internal: EXIT.general, cancelled: EXIT.interrupted };

/**
 * Prints an error as `opm: <message>`, one line a problem, with the findings that belong to it below, and returns the exit code.
 * OPM_DEBUG=1 adds the stack.
 */
export function reportError(error: unknown): ExitCode {
  const { message, exitCode, below = [] } = describeError(error);
  for (const line of message) printError(line);
  for (const line of below) printErrLine(line);
  if (process.env.OPM_DEBUG === "1" && error instanceof Error && exitCode !== EXIT.ok) printErrText(`${error.stack ?? ""}\n`);
  return exitCode;
}

/** What JSON calls exit codes; all others are general. */
const JSON_CODES: Readonly<Partial<Record<ExitCode, HelperErrorData["code"]>>> = {
  [EXIT.invalid]: "invalid",
  [EXIT.network]: "network",
  [EXIT.permission]: "permission",
  [EXIT.notFound]: "not-found",
};

/** Prints the error of module work as JSON: `{ error: { code, message, diagnostics, details } }`. A command's own `CliError` has no such form. */
export function printErrorJson(error: unknown): void {
  if (error instanceof CliError) return;
  printJson({ error: error instanceof Error && isModuleError(error) ? dataOf(error) : described(error) });
}

function dataOf({ code, message, diagnostics, details }: ModuleError) {
  return { code, message, diagnostics, details };
}

function described(error: unknown) {
  const { message, exitCode } = describeError(error);
  return { code: JSON_CODES[exitCode] ?? "general", message: message.join("; "), diagnostics: [], details: {} };
}

interface ErrorDescription {
  /** One line a problem. */
  readonly message: readonly string[];
  readonly exitCode: ExitCode;
  /** Lines of findings that belong to it. */
  readonly below?: readonly string[];
}

/** What an error means for who runs a command. */
function describeError(error: unknown): ErrorDescription {
  if (error instanceof CommanderError) return describeUsage(error);
  if (error instanceof CliError) return { message: [oneLine(error.message)], exitCode: error.exitCode };
  if (!(error instanceof Error)) return { message: [oneLine(String(error))], exitCode: EXIT.general };
  // told by their names, so that printing an error does not load libraries
  if (error.name === "ClientError" && "kind" in error) return { message: [oneLine(error.message)], exitCode: clientExitCode(error.kind) };
  if (error.name === "ComponentError" && "kind" in error) {
    return { message: [oneLine(error.message)], exitCode: COMPONENT_KINDS[String(error.kind)] ?? EXIT.general };
  }
  if (isModuleError(error)) {
    const exitCode = MODULE_CODES[error.code] ?? EXIT.general;
    const told = oneLine(error.message);
    return { message: [told], exitCode, below: diagnosticLines(error.diagnostics, { root: error.root, told }) };
  }
  if (error.name === "RegistryError" && "status" in error) return { message: [oneLine(error.message)], exitCode: registryExitCode(error.status) };
  if (error.name === "SettingError" && "kind" in error) return { message: [oneLine(error.message)], exitCode: clientExitCode(error.kind) };
  if (error.name === "SettingErrors" && "problems" in error) return describeSettings(error.problems);
  if (error.name === "StoreIdentityError" || error.name === "MovingError") return { message: [oneLine(error.message)], exitCode: EXIT.invalid };
  if (["MetadataStoreError", "ContentStoreError", "S3Error"].includes(error.name) && "reason" in error) {
    return { message: [oneLine(error.message)], exitCode: STORE_REASONS[String(error.reason)] ?? EXIT.general };
  }
  if (error.name === "ConfigError") return { message: error.message.split("\n"), exitCode: EXIT.invalid };
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return { message: [oneLine(plainly(error.message)) || error.name], exitCode: SYSTEM_CODES[code] ?? EXIT.general };
}

/** A line each; the exit code is that of the first. */
function describeSettings(problems: unknown): ErrorDescription {
  const described = (Array.isArray(problems) ? problems : []).map(describeError);
  return { message: described.flatMap(({ message }) => message), exitCode: described[0]?.exitCode ?? EXIT.general };
}

function isModuleError(error: Error): error is ModuleError {
  return error.name === "ModuleError" && "code" in error && "diagnostics" in error;
}

function clientExitCode(kind: unknown): ExitCode {
  return typeof kind === "string" && Object.hasOwn(CLIENT_KINDS, kind) ? CLIENT_KINDS[kind as ClientErrorKind] : EXIT.general;
}

/** Errors of the formats say what is wrong with the input; the statuses are those that a server would answer. */
function registryExitCode(status: unknown): ExitCode {
  if (status === 401 || status === 403) return EXIT.permission;
  if (status === 404) return EXIT.notFound;
  return typeof status === "number" && status >= 400 && status < 500 ? EXIT.invalid : EXIT.general;
}

/** `ENOENT: no such file or directory, open '/x'` → `/x: no such file or directory` */
function plainly(message: string): string {
  const [, text, path] = /^E[A-Z]+: (.+), \w+(?: '(.+)')?$/.exec(message) ?? [];
  if (text === undefined) return message;
  return path === undefined ? text : `${path}: ${text}`;
}

function describeUsage(error: CommanderError): ErrorDescription {
  if (error.exitCode === 0) return { message: [], exitCode: EXIT.ok };
  // the help itself was printed in place of a message
  if (error.code === "commander.help") return { message: [], exitCode: EXIT.invalid };
  const message = oneLine(error.message.replace(/^error: /, "")).replace("(Did you mean", "(did you mean");
  return { message: [message], exitCode: EXIT.invalid };
}
