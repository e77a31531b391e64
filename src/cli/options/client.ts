import { type Command, InvalidArgumentError } from "commander";
import { CliError, EXIT } from "../output/exit-code.ts";
import { compileNoSchemas } from "./quick-schemas.ts";

/** The options that every command has that talks to registries. */
export interface ClientOptions {
  readonly plainHttp?: boolean;
  readonly caFile?: string;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** Those of commands that move content. */
export interface ContentOptions extends ClientOptions {
  readonly concurrency?: number;
}

/** Those of commands that work on a whole registry. */
export interface HostOptions extends ClientOptions {
  readonly registry?: string;
}

/** Transfers at a time at most: more only makes registries refuse. */
const CONCURRENCY_LIMIT = 64;

/** Adds `--json` and `--quiet`, and how to reach the registry. Call it after the command's own options. */
export function addClientOptions(command: Command): Command {
  return command
    .hook("preAction", compileNoSchemas)
    .option("--json", "print JSON, as docs/reference/json.md describes it")
    .option("-q, --quiet", "print results and errors only")
    .optionsGroup("Connection:")
    .option("--plain-http", "speak HTTP without TLS (loopback: always)")
    .option("--ca-file <file>", "also trust the certificates in this PEM file")
    .option("--timeout <duration>", "give up on a registry that is silent for so long (default: 60s)", parseTimeout);
}

/** Adds `--concurrency` too, for commands that move content. */
export function addContentOptions(command: Command): Command {
  return addClientOptions(command).option("--concurrency <number>", "transfers at a time (default: 4)", parseConcurrency);
}

/** Adds `--registry` too, for commands that work on a whole registry. */
export function addHostOptions(command: Command): Command {
  return addClientOptions(command).option("--registry <host>", "the registry, as host[:port] (default: OPM_REGISTRY)");
}

/**
 * The registry that a command without a reference works on: `--registry`, else `OPM_REGISTRY`.
 * @throws CliError `invalid` when neither names one
 */
export async function registryHost({ registry }: HostOptions): Promise<string> {
  const named = registry || process.env.OPM_REGISTRY;
  if (!registry && named) await checkVariable(named);
  if (!named) throw new CliError(EXIT.invalid, "no registry is named: give it with --registry <host>, or set OPM_REGISTRY");
  const { parseRegistryHost } = await import("../../oci/image-reference.ts");
  return parseRegistryHost(named);
}

/** A routing of modules was once said in the same variable. */
async function checkVariable(value: string): Promise<void> {
  if (!/[=,]|^(?:inline|file|simple):|[+](?:in)?secure/.test(value)) return;
  throw new CliError(
    EXIT.invalid,
    `OPM_REGISTRY is the registry that commands on packages work with, host[:port], not '${value}': set OPM_MODULE_REGISTRY to say where modules are`,
  );
}

const TIME_UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function parseTimeout(text: string): number {
  const [, number, unit = ""] = /^([0-9]{1,6})(ms|s|m|h)$/.exec(text) ?? [];
  const millis = Number(number) * (TIME_UNITS[unit] ?? Number.NaN);
  if (!(millis > 0)) throw new InvalidArgumentError("Expected a duration such as 30s or 2m.");
  return millis;
}

function parseConcurrency(text: string): number {
  const number = Number(text);
  if (!/^[0-9]{1,3}$/.test(text) || number < 1 || number > CONCURRENCY_LIMIT) {
    throw new InvalidArgumentError(`Expected a number from 1 to ${CONCURRENCY_LIMIT}.`);
  }
  return number;
}
