import { runOpm } from "../cli/run-opm.ts";

/** Adds an account to a registry that may be running. */
export async function addUser(dataDir: string, name: string, password: string): Promise<void> {
  await opm(dataDir, ["user", "add", name, "--password-stdin"], password);
}

/**
 * Creates an access token and gives its text.
 * @param more further arguments of `opm token create`, e.g. `--scope`
 */
export async function createToken(dataDir: string, user: string, ...more: readonly string[]): Promise<string> {
  return (await opm(dataDir, ["token", "create", "--user", user, ...more])).trim();
}

/**
 * Runs a command on a registry's data and gives its standard output.
 * @throws Error with what it printed when it fails
 */
export async function opm(dataDir: string, args: readonly string[], stdin = ""): Promise<string> {
  const { code, stdout, stderr } = await runOpm([...args, "--data", dataDir], { stdin });
  if (code !== 0) throw new Error(`opm ${args.join(" ")} exited with ${code}: ${stderr}`);
  return stdout;
}
