import { ContentError } from "../content-error.ts";
import { type CueToken, cueTokens } from "./cue-tokens.ts";

/** A number is its text: nothing here counts with it. */
export type CueValue = string | boolean | null | { readonly number: string } | readonly CueValue[] | CueStruct;
export type CueStruct = ReadonlyMap<string, CueValue>;

/** A struct that is being read: fields that appear again are added to it, not to a copy, which would take time in their square. */
class OpenStruct extends Map<string, CueValue> {}

const DEPTH_LIMIT = 64;

/**
 * Parses the part of CUE that module files are written in: fields with identifiers or strings as labels, `a: b: value`, structs,
 * lists, strings, numbers, booleans and null; fields that appear twice are unified.
 * @throws ContentError at anything else
 */
export function parseCueData(source: string): CueStruct {
  return new CueDataParser(source).file();
}

class CueDataParser {
  readonly #tokens: Iterator<CueToken, undefined>;
  #token: CueToken;
  #depth = 0;

  constructor(source: string) {
    this.#tokens = cueTokens(source);
    this.#token = this.#next();
  }

  file(): CueStruct {
    if (this.#token.kind === "word" && this.#token.text === "package") {
      this.#advance();
      this.#advance();
    }
    const fields = this.#fields();
    if (this.#token.kind !== "end") throw unexpected(this.#token);
    return fields;
  }

  #fields(): CueStruct {
    const fields = new OpenStruct();
    for (;;) {
      while (this.#is(",")) this.#advance();
      if (this.#endsFields()) return fields;
      this.#field(fields);
      if (!this.#is(",") && !this.#endsFields()) throw unexpected(this.#token);
    }
  }

  #field(fields: OpenStruct): void {
    if (this.#token.kind !== "word" && this.#token.kind !== "string") throw unexpected(this.#token);
    const label = this.#token.text;
    this.#advance();
    this.#expect(":");
    const known = fields.get(label);
    const value = this.#nested(() => this.#fieldValue());
    fields.set(label, known === undefined ? value : unify(label, known, value));
  }

  /** The value of a field, or another field after its colon: `a: b: 1`. */
  #fieldValue(): CueValue {
    const token = this.#token;
    if (token.kind !== "string" && token.kind !== "word") return this.#value();
    this.#advance();
    if (!this.#is(":")) return scalar(token);
    this.#advance();
    return new OpenStruct([[token.text, this.#nested(() => this.#fieldValue())]]);
  }

  #value(): CueValue {
    const token = this.#token;
    this.#advance();
    if (token.kind === "mark" && token.text === "{") {
      const fields = this.#nested(() => this.#fields());
      this.#expect("}");
      return fields;
    }
    if (token.kind === "mark" && token.text === "[") return this.#nested(() => this.#list());
    if (token.kind === "mark" && token.text === "-" && this.#token.kind === "number") {
      const number = `-${this.#token.text}`;
      this.#advance();
      return { number };
    }
    return scalar(token);
  }

  #list(): readonly CueValue[] {
    const items: CueValue[] = [];
    for (;;) {
      while (this.#is(",")) this.#advance();
      if (this.#is("]")) break;
      items.push(this.#value());
      if (!this.#is(",") && !this.#is("]")) throw unexpected(this.#token);
    }
    this.#advance();
    return items;
  }

  #nested<T>(parse: () => T): T {
    if (++this.#depth > DEPTH_LIMIT) throw new ContentError(`the module file is nested deeper than ${DEPTH_LIMIT} levels`);
    const result = parse();
    this.#depth--;
    return result;
  }

  #endsFields(): boolean {
    return this.#is("}") || this.#token.kind === "end";
  }

  #is(mark: string): boolean {
    return this.#token.kind === "mark" && this.#token.text === mark;
  }

  #expect(mark: string): void {
    if (!this.#is(mark)) throw unexpected(this.#token);
    this.#advance();
  }

  #advance(): void {
    this.#token = this.#next();
  }

  #next(): CueToken {
    return this.#tokens.next().value ?? { kind: "end" };
  }
}

function scalar(token: CueToken): CueValue {
  if (token.kind === "string") return token.text;
  if (token.kind === "number") return { number: token.text };
  if (token.kind === "word") {
    if (token.text === "true" || token.text === "false") return token.text === "true";
    if (token.text === "null") return null;
  }
  throw unexpected(token);
}

function unify(label: string, first: CueValue, second: CueValue): CueValue {
  if (first instanceof OpenStruct && second instanceof OpenStruct) {
    for (const [name, value] of second) {
      const known = first.get(name);
      first.set(name, known === undefined ? value : unify(name, known, value));
    }
    return first;
  }
  if (Bun.deepEquals(first, second)) return first;
  throw new ContentError(`the module file gives '${label}' two values`);
}

function unexpected(token: CueToken): ContentError {
  const found = token.kind === "end" ? "the end" : `'${token.text}'`;
  return new ContentError(`the module file is not plain CUE data: unexpected ${found}`);
}
