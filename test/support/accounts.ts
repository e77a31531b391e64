import { runOpm } from "../cli/run-opm.ts";
import type { Stored } from "./metadata.ts";

/** Adds an account to a registry that may be running. */
export async function addUser(server: Stored, name: string, password: string): Promise<void> {
  await opm(server, ["user", "add", name, "--password-stdin"], password);
}

/**
 * Creates an access token and gives its text.
 * @param more further arguments of `opm token create`, e.g. `--scope`
 */
export async function createToken(server: Stored, user: string, ...more: readonly string[]): Promise<string> {
  return (await opm(server, ["token", "create", "--user", user, ...more])).trim();
}

/**
 * Runs a command on what a server stores and gives its standard output.
 * @throws Error with what it printed when it fails
 */
export async function opm({ dataDir, storage }: Stored, args: readonly string[], stdin = ""): Promise<string> {
  const { code, stdout, stderr } = await runOpm([...args, "--data", dataDir], { stdin, environment: storage });
  if (code !== 0) throw new Error(`opm ${args.join(" ")} exited with ${code}: ${stderr}`);
  return stdout;
}
