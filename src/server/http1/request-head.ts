/** How the body of a request ends (RFC 9112, section 6.3): after so many bytes, or by its last chunk. */
export type Framing = number | "chunked";

/** The head of a request that was read. */
export interface RequestHead {
  readonly method: string;
  readonly target: string;
  /** Whether it is of HTTP/1.0. */
  readonly old: boolean;
  readonly fields: Fields;
  /** How many Host headers there are. */
  readonly hosts: number;
  readonly framing: Framing;
  /** Whether the client wants the connection to go on. */
  readonly keepAlive: boolean;
  /** Whether the client waits to be asked for the body (RFC 9110, section 10.1.1). */
  readonly expects: boolean;
}

/** The fields of a head, by their names in whatever case. They are looked up in the text of the head, as few of them are ever asked for. */
export class Fields {
  readonly #text: string;
  /** Of each field, one after the other: where its name begins and ends, and its value. */
  readonly #places: readonly number[];

  constructor(text: string, places: readonly number[]) {
    this.#text = text;
    this.#places = places;
  }

  /** @param name in lower case. @returns undefined when there is none; repeated ones are joined by `, ` */
  get(name: string): string | undefined {
    let found: string | undefined;
    for (let at = 0; at < this.#places.length; at += 4) {
      if (!this.#isNamed(at, name)) continue;
      const value = this.#valueAt(at);
      found = found === undefined ? value : `${found}, ${value}`;
    }
    return found;
  }

  #valueAt(at: number): string {
    return this.#text.slice(this.#places[at + 2], this.#places[at + 3]);
  }

  #isNamed(at: number, name: string): boolean {
    const start = this.#places[at] ?? 0;
    if ((this.#places[at + 1] ?? 0) - start !== name.length) return false;
    for (let offset = 0; offset < name.length; offset++) {
      const unit = this.#text.charCodeAt(start + offset);
      // of letters in upper case, those in lower case
      if ((unit >= 0x41 && unit <= 0x5a ? unit + 0x20 : unit) !== name.charCodeAt(offset)) return false;
    }
    return true;
  }
}
