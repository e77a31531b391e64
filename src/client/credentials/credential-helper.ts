import * as z from "zod/mini";
import { ClientError } from "../client-error.ts";
import type { Environment } from "../environment.ts";
import type { Credential } from "./credential.ts";

/** Milliseconds for one question. */
const LIMIT = 30_000;

/** Names become a part of a program's name. */
const HELPER = /^[A-Za-z0-9_.-]+$/;

/** What helpers print when they have nothing (docker-credential-helpers, "credentials not found in native keychain"). */
const NOTHING = /credentials not found|not found in native keychain|no credentials|item not found/i;

/** The user name that marks the secret as an identity token. */
const TOKEN_USER = "<token>";

const answerSchema = z.looseObject({ Username: z.string(), Secret: z.string() });

/**
 * Asks `docker-credential-<helper> get`, which takes the key from standard input.
 * @param limit milliseconds for its answer
 * @returns undefined when it has nothing for this key
 * @throws ClientError `permission` when it is missing, fails, or takes too long; never with what it printed
 */
export async function askCredentialHelper(helper: string, key: string, env: Environment, limit = LIMIT): Promise<Credential | undefined> {
  const name = `docker-credential-${helper}`;
  if (!HELPER.test(helper)) throw new ClientError("invalid", "the docker configuration names a credential helper that is no program name");
  const path = Bun.which(name, { PATH: env.PATH ?? "" });
  if (path === null) throw new ClientError("permission", `the docker configuration names the credential helper ${name}, which is not on the PATH: install it`);
  const child = Bun.spawn([path, "get"], { env: { ...env }, stdin: Buffer.from(key), stdout: "pipe", stderr: "ignore" });
  const answer = await inTime(child, limit);
  if (answer === undefined) throw failed(name, `gave no answer within ${limit / 1000} s`);
  if (answer.code === 0) return parse(answer.output, name);
  if (NOTHING.test(answer.output)) return undefined;
  throw failed(name, `ended with ${answer.code}`);
}

/** What a helper prints until it ends. Undefined when it takes too long: what it started may hold its output open even longer. */
async function inTime(child: Bun.Subprocess<Buffer, "pipe", "ignore">, limit: number): Promise<{ readonly output: string; readonly code: number } | undefined> {
  const reader = child.stdout.getReader();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
    reader.cancel().catch(() => {});
  }, limit);
  try {
    const pieces: Uint8Array[] = [];
    for (let next = await reader.read(); !next.done; next = await reader.read()) pieces.push(next.value);
    const code = await child.exited;
    return late ? undefined : { output: Buffer.concat(pieces).toString(), code };
  } finally {
    clearTimeout(timer);
  }
}

function failed(name: string, why: string): ClientError {
  return new ClientError("permission", `the credential helper ${name} ${why}: see what '${name} list' says`);
}

function parse(output: string, name: string): Credential | undefined {
  let answer: z.infer<typeof answerSchema>;
  try {
    answer = answerSchema.parse(JSON.parse(output));
  } catch {
    throw new ClientError("permission", `the credential helper ${name} gave an answer that cannot be read: see what '${name} list' says`);
  }
  if (answer.Secret === "") return undefined;
  if (answer.Username === TOKEN_USER) return { kind: "identity-token", token: answer.Secret };
  return { kind: "basic", username: answer.Username, password: answer.Secret };
}
