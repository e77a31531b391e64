import type { ProgressListener } from "../../client/progress.ts";
import type { RegistryClient } from "../../client/registry-client.ts";
import type { ComponentRepository } from "../../components/repository/component-repository.ts";
import type { ArchiveFormat, RepositorySpec } from "../../components/repository-spec.ts";
import type { ContentOptions } from "../options/client.ts";
import type { TransferTotals } from "../output/transfer-tally.ts";

export interface OpenRepositoryOptions {
  /** `write` makes an archive that is not there. Default: `read`. */
  readonly access?: "read" | "write";
  /** Of an archive that is to be made; default: by its name. */
  readonly format?: ArchiveFormat;
}

/** What a command works with that works on component versions. */
export interface ComponentSession {
  readonly client: RegistryClient;
  /** Aborted by Ctrl-C. Give it to everything that waits. */
  readonly signal: AbortSignal;
  /** Prints a warning, once, to standard error; nothing with `--quiet`. */
  readonly warn: (text: string) => void;
  readonly onProgress: ProgressListener;
  /** Sums of what went on so far. */
  readonly totals: () => TransferTotals;
  /**
   * Opens a repository: `registry.example.com/delivery`, `./product.tgz`, or as it was parsed. It is closed with the session; what was
   * written to an archive is there once the work is done, and not when it fails.
   * @throws ComponentError, ClientError as `openComponentStore` does
   */
  open(repository: string | RepositorySpec, options?: OpenRepositoryOptions): Promise<ComponentRepository>;
}

/** Runs the work of a command on component versions. Ctrl-C ends it cleanly. */
export async function withComponents<T>(options: ContentOptions, work: (session: ComponentSession) => Promise<T>): Promise<T> {
  const [{ clientSettings, warnOnce }, { interruptible }, { printWarning }, { startProgress }, { createRegistryClient }, { openStores }] = await Promise.all([
    import("./client.ts"),
    import("./stop-signals.ts"),
    import("../output/print.ts"),
    import("../output/progress.ts"),
    import("../../client/registry-client.ts"),
    import("../../components/repository/open-stores.ts"),
  ]);
  const { onProgress, totals, stop } = await startProgress(options);
  // said when the bars are gone
  const warnings: string[] = [];
  const warn = warnOnce(options, (text) => void warnings.push(text));
  const schemes = new Map<string, boolean>();
  const { plainHttp, ...settings } = clientSettings(options);
  const client = createRegistryClient({ ...settings, plainHttp: (registry) => schemes.get(registry) ?? plainHttp, onWarning: warn });
  try {
    return await interruptible(async (signal) => {
      const stores = openStores(client, { schemes, signal });
      try {
        const result = await work({ client, signal, warn, onProgress, totals, open: stores.open });
        await stores.close();
        return result;
      } catch (error) {
        await stores.discard();
        throw error;
      }
    });
  } finally {
    stop();
    for (const text of warnings) printWarning(text);
  }
}
