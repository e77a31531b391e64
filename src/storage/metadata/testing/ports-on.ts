import { bindStore } from "../../sql/bind-store.ts";
import type { Executor } from "../../sql/engine/executor.ts";
import type { MetadataPorts } from "../store.ts";

/** The ports over one connection, or over a transaction that is open: changes become a part of it. */
export function portsOn(x: Executor): MetadataPorts {
  const nothing = async (): Promise<void> => undefined;
  return bindStore({ reader: x, write: async ({ run }, parameters) => run(x, ...parameters), check: nothing, close: nothing });
}
