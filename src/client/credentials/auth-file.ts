import { readFileSync } from "node:fs";
import { check, fields, nullish, optional, record, type Shaped, text as string } from "../../oci/shape.ts";
import { ClientError } from "../client-error.ts";
import type { Credential } from "./credential.ts";

const entryShape = fields({
  auth: optional(string),
  username: optional(string),
  password: optional(string),
  identitytoken: optional(string),
  registrytoken: optional(string),
});

const fileShape = fields({
  auths: nullish(record(entryShape)),
  credsStore: nullish(string),
  credHelpers: nullish(record(string)),
});

/** The parts of docker's `config.json` and of podman's `auth.json` that say who the user is. */
export type AuthFile = Shaped<typeof fileShape> & {
  /** What to call it in messages. */
  readonly name: string;
};
type AuthEntry = Shaped<typeof entryShape>;

/**
 * Reads such a file; undefined where there is none.
 * @throws ClientError `invalid` when it is broken; the message holds nothing of its content
 */
export async function readAuthFile(path: string): Promise<AuthFile | undefined> {
  let text: string;
  try {
    // the first request waits for a few of these: each turn of a thread takes longer than to read it
    text = readFileSync(path, "utf8");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new ClientError("general", `cannot read ${path}: ${code === "EACCES" ? "permission denied" : String(code)}`);
  }
  return parseAuthFile(text, path);
}

/** @param name what to call it in an error */
export function parseAuthFile(text: string, name: string): AuthFile {
  if (text.trim() === "") return { name };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ClientError("invalid", `${name} is not valid JSON: mend it, or log in again with docker or podman`);
  }
  const { value, problem } = check(fileShape, json);
  if (problem === undefined) return { ...value, name };
  throw new ClientError("invalid", `${name} is not a docker configuration: wrong value at ${String(problem.path[0] ?? "its root")}`);
}

/**
 * The credential that an entry spells; undefined for an empty one, as docker leaves behind where a helper has it.
 * @param from what to call the file in messages
 * @throws ClientError `invalid` when it is broken
 */
export function credentialOf(entry: AuthEntry, from: string): Credential | undefined {
  if (entry.identitytoken) return { kind: "identity-token", token: entry.identitytoken, from };
  if (entry.registrytoken) return { kind: "registry-token", token: entry.registrytoken, from };
  if (entry.auth) {
    const text = Buffer.from(entry.auth, "base64").toString("utf8");
    const colon = text.indexOf(":");
    // docker pads the password with zero bytes at times
    if (colon > 0) return { kind: "basic", username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, ""), from };
    if (colon < 0) throw new ClientError("invalid", `${from} is broken: an entry's auth is not user:password in Base64: log in again with docker or podman`);
  }
  if (entry.username && entry.password) return { kind: "basic", username: entry.username, password: entry.password, from };
  return undefined;
}
