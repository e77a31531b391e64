import { afterAll } from "bun:test";
import { join } from "node:path";
import { type ComponentTransferOutput, componentTransferOutput } from "../../../src/cli/schemas/component/transfer.ts";
import { createRegistryClient } from "../../../src/client/registry-client.ts";
import type { ComponentRepository } from "../../../src/components/repository/component-repository.ts";
import { openStores } from "../../../src/components/repository/open-stores.ts";
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
