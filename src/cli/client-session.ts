import type { RegistryClient, RegistryClientOptions } from "../client/registry-client.ts";
import type { ClientOptions } from "./client-options.ts";
import { interruptible } from "./interrupt.ts";
import { printWarning } from "./output.ts";
import { printable } from "./printable.ts";

/** What a command works with that talks to registries. */
export interface ClientSession {
  readonly client: RegistryClient;
  /** Aborted by Ctrl-C. Give it to everything that waits. */
  readonly signal: AbortSignal;
  /** Prints a warning of a registry, once, to standard error; nothing with `--quiet`. */
  readonly warn: (text: string) => void;
}

/** Runs the work of a command with a client as the options want it. Ctrl-C ends it cleanly. */
export async function withClient<T>(options: ClientOptions, work: (session: ClientSession) => Promise<T>): Promise<T> {
  const { createRegistryClient } = await import("../client/registry-client.ts");
  const warn = warnOnce(options);
  const client = createRegistryClient({ ...clientSettings(options), onWarning: warn });
  return await interruptible((signal) => work({ client, signal, warn }));
}

function clientSettings({ plainHttp, caFile, timeout }: ClientOptions): RegistryClientOptions {
  return {
    ...(plainHttp !== undefined && { plainHttp }),
    ...(caFile !== undefined && { caFile }),
    ...(timeout !== undefined && { idleLimit: timeout }),
  };
}

function warnOnce({ quiet }: ClientOptions): (text: string) => void {
  const said = new Set<string>();
  return (text) => {
    if (quiet === true || said.has(text)) return;
    said.add(text);
    printWarning(printable(text));
  };
}
