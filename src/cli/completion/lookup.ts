import type { Environment } from "../../client/environment.ts";
import type { RegistryClient } from "../../client/registry-client.ts";
import type { Location } from "./locate.ts";
import type { Words } from "./word-cache.ts";

/** Words that are offered at most. */
export const WORD_LIMIT = 200;

/** A value to offer, with what it means. */
export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/** A word to look up, and what it takes. */
export interface Lookup {
  readonly location: Location;
  readonly current: string;
  readonly env: Environment;
  /** Aborted when time is up. */
  readonly signal: AbortSignal;
  readonly client: () => Promise<RegistryClient>;
}

/** A word without a description. */
export function word(value: string): Candidate {
  return { value, description: "" };
}

/** Those that begin with a text, as many as are offered. */
export function startingWith(words: Iterable<Candidate>, start: string): Words {
  const found: Candidate[] = [];
  for (const each of words) {
    if (!each.value.startsWith(start)) continue;
    if (found.length === WORD_LIMIT) return { words: found, more: true };
    found.push(each);
  }
  return { words: found, more: false };
}

/**
 * Words with a start, from all of them where those are few, so that one answer serves while somebody goes on typing.
 * @param question what was asked where, for the cache
 */
export async function narrowed({ env }: Lookup, question: readonly string[], start: string, ask: (start: string) => Promise<Words>): Promise<Candidate[]> {
  const { cachedWords } = await import("./word-cache.ts");
  const all = await cachedWords(env, question, () => ask(""));
  const { words } = !all.more || start === "" ? all : await cachedWords(env, [...question, start], () => ask(start));
  return startingWith(words, start).words;
}
