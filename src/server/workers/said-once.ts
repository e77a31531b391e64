/** Milliseconds within which all processes come to say the same, e.g. of a file that each looks at once a second. */
const SPAN = 10_000;

/** What is remembered at once; beyond that all of it is forgotten, and may be said again. */
const REMEMBERED = 100;

/** Tells what several processes say of the same thing from what is said anew. */
export class SaidOnce {
  readonly #said = new Map<string, { readonly at: number; readonly by: Set<string> }>();
  readonly #now: () => number;

  /** @param now milliseconds; for tests */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** False where another process has said it a short while ago, and this one has not since. */
  isNew(process: string, text: string): boolean {
    const at = this.#now();
    const said = this.#said.get(text);
    if (said !== undefined && at - said.at < SPAN && !said.by.has(process)) {
      said.by.add(process);
      return false;
    }
    if (this.#said.size >= REMEMBERED) this.#said.clear();
    this.#said.set(text, { at, by: new Set([process]) });
    return true;
  }
}
