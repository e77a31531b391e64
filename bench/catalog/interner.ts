import { type Term, termKey } from "../../src/storage/sql/repositories/terms.ts";
import type { Bulk } from "./bulk.ts";

/** Gives texts numbers, and writes a row for each that is new. */
export class Interner {
  readonly #ids = new Map<string, number>();
  readonly #write: (id: number, key: string) => void;

  constructor(write: (id: number, key: string) => void) {
    this.#write = write;
  }

  id(key: string): number {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#ids.size + 1;
    this.#ids.set(key, id);
    this.#write(id, key);
    return id;
  }
}

export function mediaTypes(bulk: Bulk): Interner {
  return new Interner((id, name) => bulk.insert("media_type", ["id", "name"], [id, name]));
}

export function words(bulk: Bulk): Interner {
  return new Interner((id, word) => bulk.insert("search_word", ["id", "word"], [id, word]));
}

/** Terms by their kind and name. */
export class Terms {
  readonly #kinds: number[] = [];
  readonly #interner: Interner;

  constructor(bulk: Bulk) {
    this.#interner = new Interner((id, key) => {
      const space = key.indexOf(" ");
      const kind = Number(key.slice(0, space));
      this.#kinds[id] = kind;
      bulk.insert("term", ["id", "kind", "name"], [id, kind, key.slice(space + 1)]);
    });
  }

  /** The numbers of the terms, each once. */
  ids(terms: readonly Term[]): number[] {
    const ids = new Set<number>();
    for (const term of terms) ids.add(this.#interner.id(termKey(term)));
    return [...ids];
  }

  /** The code of the kind of a term that was given out. */
  kindOf(id: number): number {
    return this.#kinds[id] ?? 0;
  }
}
