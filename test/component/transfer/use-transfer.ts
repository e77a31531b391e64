import { afterAll } from "bun:test";
import { join } from "node:path";
import { type ComponentTransferOutput, componentTransferOutput } from "../../../src/cli/commands/component/transfer.output.ts";
import { ClientError } from "../../../src/client/client-error.ts";
import { createRegistryClient } from "../../../src/client/registry-client.ts";
import { ComponentError } from "../../../src/components/component-error.ts";
import type { ComponentRepository } from "../../../src/components/repository/component-repository.ts";
import { openStores } from "../../../src/components/repository/open-stores.ts";
import type { TransferOptions, VersionName } from "../../../src/components/transfer/transfer-options.ts";
import { allVersions, transferVersions } from "../../../src/components/transfer/transfer-versions.ts";
import { type Ran, type RunOptions, runOpm, temporaryFolder } from "../../cli/run-opm.ts";

export const FIXTURES = join(import.meta.dir, "../fixtures");

/** Transfers in processes of their own, with a home of their own. */
export interface TransferUnderTest {
  /** A path that no other call gave. */
  fresh(name?: string): string;
  run(args: readonly string[], options?: RunOptions): Promise<Ran>;
  /** One that must succeed. */
  transfer(...args: readonly string[]): Promise<ComponentTransferOutput>;
  /** `<state> <component>:<version>` of each. */
  states(...args: readonly string[]): Promise<readonly string[]>;
}

export function useTransfer(): TransferUnderTest {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());
  const environment = { HOME: folder.path, DOCKER_CONFIG: folder.path, XDG_CACHE_HOME: folder.path, XDG_CONFIG_HOME: folder.path };
  let count = 0;
  const run = (args: readonly string[], options: RunOptions = {}) =>
    runOpm(["component", "transfer", ...args], { directory: folder.path, environment, ...options });
  const transfer = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await run([...args, "--json"]);
    if (code !== 0) throw new Error(`transfer ${args.join(" ")} exited with ${code}: ${stderr}`);
    return componentTransferOutput.parse(JSON.parse(stdout));
  };
  return {
    fresh: (name = "") => join(folder.path, `fresh-${count++}${name}`),
    run,
    transfer,
    states: async (...args) => (await transfer(...args)).components.map(({ state, component, version }) => `${state} ${component}:${version}`),
  };
}

/** Works on a repository in this process. */
export async function withRepository<T>(place: string, access: "read" | "write", work: (repository: ComponentRepository) => Promise<T>): Promise<T> {
  const schemes = new Map<string, boolean>();
  const stores = openStores(createRegistryClient({ env: {} }), { schemes });
  try {
    const result = await work(await stores.open(place, { access }));
    await stores.close();
    return result;
  } catch (error) {
    await stores.discard();
    throw error;
  }
}

export interface TransferHere extends Omit<TransferOptions, "client" | "lookup"> {
  /** Default: all of them. */
  readonly versions?: readonly VersionName[];
  readonly lookup?: readonly string[];
}

/** A transfer in this process. Gives `<state> <component>:<version>` of each, or `<kind>: <message>` of the error. */
export async function transferHere(from: string, to: string, { versions, lookup = [], ...options }: TransferHere = {}): Promise<readonly string[]> {
  const client = createRegistryClient({ env: {} });
  const stores = openStores(client, { schemes: new Map() });
  try {
    const source = await stores.open(from);
    const places = await Promise.all(lookup.map((place) => stores.open(place)));
    const target = await stores.open(to, { access: "write" });
    const transferred = await transferVersions(source, versions ?? (await allVersions(source)), target, { client, lookup: places, ...options });
    await stores.close();
    return transferred.map(({ state, name, version }) => `${state} ${name}:${version}`);
  } catch (error) {
    await stores.discard();
    if (error instanceof ComponentError || error instanceof ClientError) return [`${error.kind}: ${error.message}`];
    throw error;
  }
}
