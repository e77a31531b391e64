import type { ProgressListener } from "../../client/progress.ts";
import type { RegistryClient, RegistryClientOptions } from "../../client/registry-client.ts";
import type { ClientOptions } from "../options/client.ts";
import { printWarning } from "../output/print.ts";
import type { TransferTotals } from "../output/transfer-tally.ts";
import { traceListener } from "../output/verbose.ts";
import { interruptible } from "./stop-signals.ts";

/** What a command works with that talks to registries. */
export interface ClientSession {
  readonly client: RegistryClient;
  /** Aborted by Ctrl-C. Give it to everything that waits. */
  readonly signal: AbortSignal;
  /** Prints a warning of a registry, once, to standard error; nothing with `--quiet`. */
  readonly warn: (text: string) => void;
}

/** The same for a command that moves content. */
export interface TransferSession extends ClientSession {
  readonly onProgress: ProgressListener;
  /** Sums of what went on so far. */
  readonly totals: () => TransferTotals;
}

/** Runs the work of a command with a client as the options want it. Ctrl-C ends it cleanly. */
export async function withClient<T>(options: ClientOptions, work: (session: ClientSession) => Promise<T>): Promise<T> {
  return await runWith(options, warnOnce(options, printWarning), work);
}

async function runWith<T>(options: ClientOptions, warn: (text: string) => void, work: (session: ClientSession) => Promise<T>): Promise<T> {
  const { createRegistryClient } = await import("../../client/registry-client.ts");
  const client = createRegistryClient({ ...clientSettings(options), onWarning: warn });
  return await interruptible((signal) => work({ client, signal, warn }));
}

/** The same with progress on standard error while the work goes on. */
export async function withTransfer<T>(options: ClientOptions, work: (session: TransferSession) => Promise<T>): Promise<T> {
  const { startProgress } = await import("../output/progress.ts");
  const { onProgress, totals, stop } = await startProgress(options);
  // said when the bars are gone
  const warnings: string[] = [];
  const warn = warnOnce(options, (text) => void warnings.push(text));
  try {
    return await runWith(options, warn, (session) => work({ ...session, onProgress, totals }));
  } finally {
    stop();
    for (const text of warnings) printWarning(text);
  }
}

type ClientSettings = Pick<RegistryClientOptions, "caFile" | "idleLimit" | "onTrace"> & { readonly plainHttp?: boolean };

/** How to reach registries, and who is told, as the options say. */
export function clientSettings({ plainHttp, caFile, timeout }: ClientOptions): ClientSettings {
  const onTrace = traceListener();
  return {
    ...(onTrace !== undefined && { onTrace }),
    ...(plainHttp !== undefined && { plainHttp }),
    ...(caFile !== undefined && { caFile }),
    ...(timeout !== undefined && { idleLimit: timeout }),
  };
}

/** Says each text once; nothing with `--quiet`. */
export function warnOnce({ quiet }: ClientOptions, say: (text: string) => void): (text: string) => void {
  const said = new Set<string>();
  return (text) => {
    if (quiet === true || said.has(text)) return;
    said.add(text);
    say(text);
  };
}
