import { ContentError } from "../content-error.ts";

export type CueToken =
  | { readonly kind: "word"; readonly text: string }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "mark"; readonly text: "{" | "}" | "[" | "]" | ":" | "," | "-" }
  | { readonly kind: "end" };

const WORD = /[_#$\p{L}][_#$\p{L}\p{Nd}]*/uy;
const NUMBER = /(?:0[xX][0-9a-fA-F_]+|0[bo][0-7_]+|[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9]+)?[KMGTP]?i?|\.[0-9][0-9_]*)/y;
const OPENING = /#*(?:"""|'''|"|')/y;

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["a", "\x07"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
  ["/", "/"],
  ["\\", "\\"],
  ["'", "'"],
  ['"', '"'],
]);

/**
 * Tokens of the part of CUE that is plain data (cuelang.org/docs/reference/spec, "Lexical elements"). A line break after a word, a
 * value or a closing bracket is a comma, as the specification has it.
 * @throws ContentError at what is not plain data, with its line
 */
export function* cueTokens(source: string): Generator<CueToken, undefined> {
  let at = 0;
  let endsValue = false;
  for (;;) {
    const start = at;
    at = afterSpace(source, at);
    if (endsValue && (source.slice(start, at).includes("\n") || at >= source.length)) yield { kind: "mark", text: "," };
    if (at >= source.length) break;
    const { token, end } = tokenAt(source, at);
    yield token;
    endsValue = token.kind !== "mark" || token.text === "}" || token.text === "]";
    at = end;
  }
  yield { kind: "end" };
}

function tokenAt(source: string, at: number): { token: CueToken; end: number } {
  const opening = match(OPENING, source, at);
  if (opening !== undefined) return stringAt(source, at, opening);
  const word = match(WORD, source, at);
  if (word !== undefined) return { token: { kind: "word", text: word }, end: at + word.length };
  const number = match(NUMBER, source, at);
  if (number !== undefined) return { token: { kind: "number", text: number }, end: at + number.length };
  const character = source.charAt(at);
  if (isMark(character)) return { token: { kind: "mark", text: character }, end: at + 1 };
  throw cueError(source, at, `unexpected '${String.fromCodePoint(source.codePointAt(at) ?? 0)}': only plain data is expected`);
}

function stringAt(source: string, start: number, opening: string): { token: CueToken; end: number } {
  const hashes = opening.lastIndexOf("#") + 1;
  const closing = opening.slice(hashes) + opening.slice(0, hashes);
  const escapeMark = `\\${opening.slice(0, hashes)}`;
  const multiline = opening.length - hashes === 3;
  const parts: string[] = [];
  let at = start + opening.length;
  while (!source.startsWith(closing, at)) {
    if (at >= source.length || (!multiline && source[at] === "\n")) throw cueError(source, start, "a string without an end");
    if (source.startsWith(escapeMark, at)) {
      const { text, end } = escaped(source, at + escapeMark.length);
      parts.push(text);
      at = end;
    } else {
      parts.push(source.charAt(at++));
    }
  }
  const text = parts.join("");
  return { token: { kind: "string", text: multiline ? outdent(text) : text }, end: at + closing.length };
}

function escaped(source: string, at: number): { text: string; end: number } {
  const character = source.charAt(at);
  const simple = ESCAPES.get(character);
  if (simple !== undefined) return { text: simple, end: at + 1 };
  const length = character === "u" ? 4 : character === "U" ? 8 : 0;
  const hex = source.slice(at + 1, at + 1 + length);
  const code = Number.parseInt(hex, 16);
  if (length === 0 || !/^[0-9a-fA-F]+$/.test(hex) || hex.length < length || code > 0x10ffff) {
    throw cueError(source, at, "an escape that is no plain character");
  }
  return { text: String.fromCodePoint(code), end: at + 1 + length };
}

/** The first line break and the indentation of the closing quotes are no part of a multi-line string. */
function outdent(text: string): string {
  const indentation = /\n([ \t]*)$/.exec(text)?.[1] ?? "";
  const lines = text.split("\n").slice(1, -1);
  return lines.map((line) => (line.startsWith(indentation) ? line.slice(indentation.length) : line.trimStart())).join("\n");
}

function isMark(character: string): character is Extract<CueToken, { kind: "mark" }>["text"] {
  return character !== "" && "{}[]:,-".includes(character);
}

function match(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}

/** Index after white space and comments. */
function afterSpace(source: string, start: number): number {
  let at = start;
  for (;;) {
    if (" \t\r\n".includes(source[at] ?? "x")) at++;
    else if (source.startsWith("//", at)) at = endOfLine(source, at);
    else return at;
  }
}

function endOfLine(source: string, at: number): number {
  const end = source.indexOf("\n", at);
  return end < 0 ? source.length : end;
}

function cueError(source: string, at: number, message: string): ContentError {
  const line = source.slice(0, at).split("\n").length;
  return new ContentError(`the module file is not plain CUE data: line ${line}: ${message}`);
}
