import { check, fields, text } from "../../oci/shape.ts";
import { ClientError } from "../client-error.ts";
import type { Environment } from "../environment.ts";
import type { Credential } from "./credential.ts";

/** Milliseconds for one question. */
const LIMIT = 30_000;

/** Milliseconds for the rest of standard error once it ended: what it started may hold that open. */
const REST = 200;

/** Characters of its standard error that a message has. */
const SAID_LIMIT = 200;

/** Names become a part of a program's name. */
const HELPER = /^[A-Za-z0-9_.-]+$/;

/** Code of the error for a helper that is not installed. */
export const HELPER_MISSING = "CREDENTIAL_HELPER_MISSING";

/** What helpers print when they have nothing (docker-credential-helpers, "credentials not found in native keychain"). */
const NOTHING = /credentials not found|not found in native keychain|no credentials|item not found/i;

/** The user name that marks the secret as an identity token. */
const TOKEN_USER = "<token>";

const answerShape = fields({ Username: text, Secret: text });

/**
 * Asks `docker-credential-<helper> get`, which takes the key from standard input.
 * @param limit milliseconds for its answer
 * @returns undefined when it has nothing for this key
 * @throws ClientError `permission` when it is missing, fails, or takes too long; never with what it printed
 */
export async function askCredentialHelper(helper: string, key: string, env: Environment, limit = LIMIT): Promise<Credential | undefined> {
  const name = `docker-credential-${helper}`;
  if (!HELPER.test(helper)) throw new ClientError("invalid", "the docker configuration names a credential helper that is no program name");
  const path = pathOf(helper, env);
  if (path === null)
    throw new ClientError("permission", `the docker configuration names the credential helper ${name} for ${key}, which is not on the PATH: install it`, {
      code: HELPER_MISSING,
    });
  const child = Bun.spawn([path, "get"], { env: { ...env }, stdin: Buffer.from(key), stdout: "pipe", stderr: "pipe" });
  const answer = await inTime(child, limit);
  if (answer === undefined) throw failed(name, `gave no answer within ${limit / 1000} s`);
  if (answer.code === 0) return parse(answer.output, name);
  if (NOTHING.test(answer.output)) return undefined;
  throw failed(name, `ended with ${answer.code}${answer.said === "" ? "" : ` (${answer.said})`}`);
}

/** Whether there is such a program. */
export function isInstalled(helper: string, env: Environment): boolean {
  return pathOf(helper, env) !== null;
}

function pathOf(helper: string, env: Environment): string | null {
  return HELPER.test(helper) ? Bun.which(`docker-credential-${helper}`, { PATH: env.PATH ?? "" }) : null;
}

interface Answer {
  readonly output: string;
  readonly code: number;
  /** What it wrote to standard error, on one line: secrets are for standard output. */
  readonly said: string;
}

/** What a helper prints until it ends. Undefined when it takes too long: what it started may hold its output open even longer. */
async function inTime(child: Bun.Subprocess<Buffer, "pipe", "pipe">, limit: number): Promise<Answer | undefined> {
  const [reader, errors] = [child.stdout.getReader(), child.stderr.getReader()];
  const said: Uint8Array[] = [];
  const saying = collect(errors, said);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
    for (const each of [reader, errors]) each.cancel().catch(() => {});
  }, limit);
  try {
    const pieces: Uint8Array[] = [];
    await collect(reader, pieces);
    const code = await child.exited;
    await Promise.race([saying, Bun.sleep(REST)]);
    return late ? undefined : { output: Buffer.concat(pieces).toString(), code, said: lineOf(said) };
  } finally {
    clearTimeout(timer);
    errors.cancel().catch(() => {});
  }
}

async function collect(reader: { read(): Promise<{ readonly value?: Uint8Array; readonly done: boolean }> }, into: Uint8Array[]): Promise<void> {
  for (let next = await reader.read(); next.value !== undefined; next = await reader.read()) into.push(next.value);
}

function lineOf(pieces: readonly Uint8Array[]): string {
  return Buffer.concat(pieces)
    .toString()
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim()
    .slice(0, SAID_LIMIT);
}

function failed(name: string, why: string): ClientError {
  return new ClientError("permission", `the credential helper ${name} ${why}: see what '${name} list' says`);
}

function parse(output: string, name: string): Credential | undefined {
  const answer = answerIn(output);
  if (answer === undefined) {
    throw new ClientError("permission", `the credential helper ${name} gave an answer that cannot be read: see what '${name} list' says`);
  }
  if (answer.Secret === "") return undefined;
  if (answer.Username === TOKEN_USER) return { kind: "identity-token", token: answer.Secret, from: name };
  return { kind: "basic", username: answer.Username, password: answer.Secret, from: name };
}

function answerIn(output: string) {
  try {
    return check(answerShape, JSON.parse(output)).value;
  } catch {
    return undefined;
  }
}
