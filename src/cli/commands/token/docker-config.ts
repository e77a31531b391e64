import { chmod, mkdir, readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { parseListen } from "../../../config/listen.ts";
import type { Config } from "../../../config/schema.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { printJson } from "../../output/print.ts";

/** What a docker configuration is to know. */
export interface DockerLogin {
  /** As clients write it, with the port where it is needed. */
  readonly host: string;
  readonly user: string;
  readonly token: string;
}

/**
 * The name of a registry as its clients have it.
 * @throws CliError `invalid` when the configuration names none
 */
export function hostOfConfig({ publicUrl, listen }: Config): string {
  if (publicUrl !== undefined) return new URL(publicUrl).host;
  const { host, port } = parseListen(listen);
  if (["0.0.0.0", "::", ""].includes(host)) {
    throw new CliError(EXIT.invalid, "the configuration does not say what clients call this registry: set publicUrl, which --docker-config needs");
  }
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/**
 * Whether a log-in can be put there, to be asked before a token is made for it.
 * @throws CliError as `writeDockerConfig` does
 */
export async function checkDockerConfig(path: string, host: string): Promise<void> {
  if (path !== "-") await readConfig(path, host);
}

/**
 * Puts a log-in into a docker configuration (`auths` of `config.json`), which only its owner may read; what else is in it stays.
 * @param path `-`: prints a configuration with this log-in alone
 * @throws CliError `invalid` for a file that is none, or that has a credential helper for this registry, which would hide the entry
 */
export async function writeDockerConfig(path: string, { host, user, token }: DockerLogin): Promise<void> {
  const entry = { auth: Buffer.from(`${user}:${token}`).toString("base64") };
  if (path === "-") return printJson({ auths: { [host]: entry } });
  const target = await realpath(path).catch(() => path);
  const known = await readConfig(target, host);
  const auths = { ...known.auths, [host]: entry };
  await writeOwnerOnly(target, `${JSON.stringify({ ...known, auths }, null, 2)}\n`);
}

const CONFIG = z.looseObject({
  auths: z.record(z.string(), z.unknown()).nullish(),
  credHelpers: z.record(z.string(), z.string()).nullish(),
  credsStore: z.string().nullish(),
});

async function readConfig(path: string, host: string): Promise<z.output<typeof CONFIG>> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  });
  // What is in the file stays out of the message.
  const known = CONFIG.safeParse(text.trim() === "" ? {} : parseJson(text));
  if (!known.success) throw new CliError(EXIT.invalid, `${path} is no docker configuration: mend it, or choose another file`);
  const helper = known.data.credHelpers?.[host] || known.data.credsStore;
  if (helper) throw new CliError(EXIT.invalid, `${path} leaves log-ins to the credential helper '${helper}', which would hide this one: choose another file`);
  return known.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** All of the new content or all of the old, whenever it ends. */
async function writeOwnerOnly(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const partial = `${path}.${process.pid}.partial`;
  try {
    await writeFile(partial, text, { mode: 0o600, flag: "wx", flush: true });
    await chmod(partial, 0o600);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
