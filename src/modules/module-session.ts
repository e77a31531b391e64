import type { RegistryClient } from "../client/registry-client.ts";
import type { Helper } from "./helper/helper.ts";
import type { ModuleRouting } from "./routing/routing.ts";

/** What module work needs: opened once for a command, closed at its end. */
export interface ModuleSession {
  /** Configured with the routing and the cache. */
  readonly helper: Helper;
  /** The client that the helper's requests go through as well. Loaded when it is needed: most work needs no registry. */
  readonly client: () => Promise<RegistryClient>;
  readonly routing: ModuleRouting;
  /** The folder that `cue` calls its cache, absolute. */
  readonly cache: string;
  /** Never ask a registry. */
  readonly offline: boolean;
  /** The same session with another routing, e.g. of the host that a reference names. Shares helper and client. */
  withRouting(routing: ModuleRouting): Promise<ModuleSession>;
  /** The same session, asking no registry: what the cache lacks is `not-found`. Shares helper and client. */
  cachedOnly(): ModuleSession;
  close(): Promise<void>;
}
