import type { DeclaredCatalog, DefinitionStore } from "./metadata/catalog/definitions.ts";

/** What was declared, held in memory: rights and types are looked at with every request. */
export interface CatalogWatch {
  /** As it was at the last look; the same object until it changes. */
  current(): DeclaredCatalog;
  /** Looks now, e.g. after a change by this process. A failure is reported and leaves what was known. */
  refresh(): Promise<void>;
  /** Ends the looking, after a look that is under way. */
  stop(): Promise<void>;
}

export interface CatalogWatchOptions {
  /** Milliseconds between two looks, which is how long a change by another process takes to arrive. */
  readonly interval?: number;
  readonly warn?: (message: string) => void;
}

const INTERVAL = 1000;

/**
 * Reads what was declared, and again whenever its revision changes.
 * @throws when the first look fails
 */
export async function watchCatalog(definitions: DefinitionStore, { interval = INTERVAL, warn = () => {} }: CatalogWatchOptions = {}): Promise<CatalogWatch> {
  let current = await definitions.declared();
  let failed = false;
  let stopped = false;
  let timer: Timer | undefined;
  let running: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    try {
      if ((await definitions.revision()) !== current.revision) current = await definitions.declared();
      failed = false;
    } catch (error) {
      if (!failed && !stopped) warn(`cannot look for changes of grants and projects: ${error instanceof Error ? error.message : String(error)}`);
      failed = true;
    }
  }

  // One look after the other: one that began before a change must not be the last.
  const refresh = (): Promise<void> => {
    running = running.then(look);
    return running;
  };
  const plan = (): void => {
    if (stopped) return;
    timer = setTimeout(() => void refresh().then(plan), interval);
    timer.unref();
  };
  plan();
  return {
    current: () => current,
    refresh,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
