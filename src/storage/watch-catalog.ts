import { type Awaitable, after } from "./awaitable.ts";
import type { DeclaredCatalog, DefinitionStore } from "./metadata/catalog/definitions.ts";

/** What was declared, held in memory: rights and types are looked at with every request. */
export interface CatalogWatch {
  /** As it was at the last look; the same object until it changes. */
  current(): DeclaredCatalog;
  /** The revision of rights at the last look: what was found out of accounts and tokens since is as good as long as it stays. */
  rights(): number;
  /**
   * Holds `current` and `rights` against the database: afterwards they are at least as new as the call. At once where the database tells
   * so without waiting; else all who call while a look is under way share the next one.
   * @throws when the database does not answer
   */
  catchUp(): Awaitable<void>;
  /**
   * Whether an answer of the database told meanwhile that rights are others. Undefined where the driver tells nothing by the way,
   * because `catchUp` costs nothing.
   */
  isBehind: (() => boolean) | undefined;
  /** Catches up, e.g. after a change by this process. A failure is reported and leaves what was known. */
  refresh(): Promise<void>;
  /** Ends the looking, after a look that is under way. */
  stop(): Promise<void>;
}

export interface CatalogWatchOptions {
  /** Milliseconds between two looks of a process that nobody asks for anything. */
  readonly interval?: number;
  readonly warn?: (message: string) => void;
}

/** What tells of changes: see `MetadataStore.toldRights`. */
export interface CatalogSource {
  readonly definitions: DefinitionStore;
  readonly toldRights?: (() => number) | undefined;
}

const INTERVAL = 1000;

/**
 * Reads what was declared, and again whenever its revision changes.
 * @throws when the first look fails
 */
export async function watchCatalog(source: CatalogSource, { interval = INTERVAL, warn = () => {} }: CatalogWatchOptions = {}): Promise<CatalogWatch> {
  const { definitions, toldRights } = source;
  let { rights } = await definitions.rights();
  let current = await definitions.declared();
  let failed = false;
  let stopped = false;
  let timer: Timer | undefined;
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;

  async function look(): Promise<void> {
    const seen = await definitions.rights();
    if (seen.catalog !== current.revision) current = await definitions.declared();
    rights = seen.rights;
  }

  // One look after the other: one that began before a change must not be the last.
  const share = (): Promise<void> => {
    next ??= running.then(() => {
      next = undefined;
      const looked = look();
      running = looked.catch(() => undefined);
      return looked;
    });
    return next;
  };
  const refresh = async (): Promise<void> => {
    try {
      await share();
      failed = false;
    } catch (error) {
      if (!failed && !stopped) warn(`cannot look for changes of grants and projects: ${error instanceof Error ? error.message : String(error)}`);
      failed = true;
    }
  };
  const plan = (): void => {
    if (stopped) return;
    timer = setTimeout(() => void refresh().then(plan), interval);
    timer.unref();
  };
  plan();
  return {
    current: () => current,
    rights: () => rights,
    catchUp: () => (toldRights === undefined ? after(definitions.rights(), (seen) => (seen.rights === rights ? undefined : share())) : share()),
    isBehind: toldRights && (() => toldRights() > rights),
    refresh,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await next?.catch(() => undefined);
      await running;
    },
  };
}
