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

/** Pulls that are sent together, and sent again under the same number. */
interface Batch {
  readonly number: number;
  readonly pulls: Parameters<TagStore["countPulls"]>[0];
}

const INTERVAL = 5000;

/** Tags that are counted at once; pulls of further ones are lost until the next batch went out. */
const LIMIT = 50_000;

/** Pulls that one transaction stores. */
const BATCH = 500;

export function createPullCounter({ tags, now, interval = INTERVAL, warn = () => {} }: PullCounterOptions): PullCounter {
  let pulls = new Map<RepositoryName, Map<Tag, Waiting>>();
  let size = 0;
  const counter = crypto.randomUUID();
  let batches = 0;
  let unsure: Batch | undefined;
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

  /** Counts a batch under its number: again where nobody knows whether it was counted. */
  async function send(sent: Batch): Promise<boolean> {
    unsure = sent;
    try {
      await tags.countPulls(sent.pulls, { counter, batch: sent.number, at: now() });
      unsure = undefined;
      return true;
    } catch (error) {
      warn(`cannot store the counts of pulls: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }

  async function store(): Promise<void> {
    if (unsure !== undefined && !(await send(unsure))) return;
    const waiting = [...pulls].flatMap(([repository, tags]) => [...tags].map(([tag, { count, at }]) => ({ repository, tag, count, at })));
    pulls = new Map();
    size = 0;
    while (waiting.length > 0) {
      if (await send({ number: ++batches, pulls: waiting.splice(0, BATCH) })) continue;
      for (const { repository, tag, count, at } of waiting) add(repository, tag, count, at);
      return;
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
