import type { RepositoryName } from "../oci/name.ts";
import type { Tag } from "../oci/tag.ts";
import type { Millis } from "../storage/metadata/records.ts";
import type { TagStore } from "../storage/metadata/tags.ts";

/** Counts pulls in memory and stores the counts now and then, never while a client waits. */
export interface PullCounter {
  count(repository: RepositoryName, tag: Tag): void;
  /** Stores what was counted. A failure is reported; the counts are kept for the next time. */
  flush(): Promise<void>;
  /** Stores what was counted, and ends. */
  stop(): Promise<void>;
}

export interface PullCounterOptions {
  readonly tags: TagStore;
  readonly now: () => Millis;
  /** Milliseconds between two batches. */
  readonly interval?: number;
  readonly warn?: (message: string) => void;
}

/** The pulls of one tag that are not stored yet. Counted in place: every pull of a tag comes by here. */
interface Waiting {
  count: number;
  at: Millis;
}

const INTERVAL = 5000;

/** Tags that are counted at once; pulls of further ones are lost until the next batch went out. */
const LIMIT = 50_000;

/** Pulls that one transaction stores. */
const BATCH = 500;

export function createPullCounter({ tags, now, interval = INTERVAL, warn = () => {} }: PullCounterOptions): PullCounter {
  let pulls = new Map<RepositoryName, Map<Tag, Waiting>>();
  let size = 0;
  let timer: Timer | undefined;
  let stopped = false;
  let running: Promise<void> = Promise.resolve();

  function add(repository: RepositoryName, tag: Tag, count: number, at: Millis): void {
    let tags = pulls.get(repository);
    const known = tags?.get(tag);
    if (known !== undefined) {
      known.count += count;
      if (at > known.at) known.at = at;
      return;
    }
    if (size >= LIMIT) return;
    if (tags === undefined) {
      tags = new Map();
      pulls.set(repository, tags);
    }
    tags.set(tag, { count, at });
    size++;
  }

  async function store(): Promise<void> {
    const waiting = [...pulls].flatMap(([repository, tags]) => [...tags].map(([tag, { count, at }]) => ({ repository, tag, count, at })));
    pulls = new Map();
    size = 0;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH);
      try {
        await tags.countPulls(batch);
      } catch (error) {
        warn(`cannot store the counts of pulls: ${error instanceof Error ? error.message : String(error)}`);
        for (const { repository, tag, count, at } of waiting) add(repository, tag, count, at);
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
      add(repository, tag, 1, now());
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
