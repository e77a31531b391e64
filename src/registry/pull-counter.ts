import type { RepositoryName } from "../oci/name.ts";
import type { Tag } from "../oci/tag.ts";
import type { MetadataWriter, Millis } from "../storage/metadata-store.ts";

/** Counts pulls in memory and stores the counts now and then, never while a client waits. */
export interface PullCounter {
  count(repository: RepositoryName, tag: Tag): void;
  /** Stores what was counted. A failure is reported; the counts are kept for the next time. */
  flush(): Promise<void>;
  /** Stores what was counted, and ends. */
  stop(): Promise<void>;
}

export interface PullCounterOptions {
  readonly metadata: Pick<MetadataWriter, "countPulls">;
  readonly now: () => Millis;
  /** Milliseconds between two batches. */
  readonly interval?: number;
  readonly warn?: (message: string) => void;
}

type Pull = Parameters<MetadataWriter["countPulls"]>[0][number];

const INTERVAL = 5000;

/** Tags that are counted at once; pulls of further ones are lost until the next batch went out. */
const LIMIT = 50_000;

/** Pulls that one transaction stores. */
const BATCH = 500;

export function createPullCounter({ metadata, now, interval = INTERVAL, warn = () => {} }: PullCounterOptions): PullCounter {
  let pulls = new Map<string, Pull>();
  let timer: Timer | undefined;
  let stopped = false;
  let running: Promise<void> = Promise.resolve();

  function add(pull: Pull): void {
    // A tag holds no space, so that the key is unambiguous.
    const key = `${pull.tag} ${pull.repository}`;
    const known = pulls.get(key);
    if (known === undefined && pulls.size >= LIMIT) return;
    pulls.set(key, { ...pull, count: pull.count + (known?.count ?? 0), at: Math.max(pull.at, known?.at ?? 0) });
  }

  async function store(): Promise<void> {
    const waiting = [...pulls.values()];
    pulls = new Map();
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH);
      try {
        await metadata.countPulls(batch);
      } catch (error) {
        warn(`cannot store the counts of pulls: ${error instanceof Error ? error.message : String(error)}`);
        for (const pull of waiting) add(pull);
        return;
      }
      waiting.splice(0, batch.length);
    }
  }

  const flush = (): Promise<void> => {
    running = running.then(store);
    return running;
  };

  return {
    count(repository, tag) {
      add({ repository, tag, count: 1, at: now() });
      if (timer !== undefined || stopped) return;
      timer = setTimeout(async () => {
        await flush();
        timer = undefined;
      }, interval);
      timer.unref();
    },
    flush,
    stop() {
      stopped = true;
      clearTimeout(timer);
      return flush();
    },
  };
}
