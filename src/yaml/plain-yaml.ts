import type { YamlFile } from "./yaml-file.ts";

/** A line of a block mapping: indentation, a plain or quoted key, and nothing, a plain value or a quoted one; then a comment. */
const LINE =
  /^( *)(?:([A-Za-z][A-Za-z0-9._/-]*)|"([ !#-[\]-~]*)"|'([ -&(-~]*)'):(?:( +)(?:([A-Za-z0-9](?:[A-Za-z0-9._/+-]|:(?=[A-Za-z0-9._/+-]))*)|"([ !#-[\]-~]*)"|'([ -&(-~]*)'))?(?: +#[ -~]*| *)$/;

const EMPTY = /^ *(?:#[ -~]*)?$/;

/** Plain texts that are something else to YAML, to some version of it. */
const WORD = /^(?:null|true|false|yes|no|on|off|y|n)$/i;

interface MapNode {
  readonly kind: "map";
  readonly indentation: number;
  readonly entries: Map<string, Entry>;
  /** Of its first key. */
  readonly place: Place;
}

interface Entry {
  readonly key: Place;
  node: MapNode | { readonly kind: "scalar"; readonly value: string | boolean; readonly place: Place } | undefined;
}

type Place = readonly [line: number, column: number];

/**
 * Reads the YAML that most people write: maps in block style, with texts, `true` and `false` on the lines of their keys. It says the
 * same as the parser, which takes longer to load than a small command has.
 * @returns undefined for everything else, right or wrong: then the parser has to look at it
 */
export function readPlainYaml(text: string, name: string): YamlFile | undefined {
  const root = parse(text);
  if (root === undefined) return undefined;
  const at = ([line, column]: Place) => `${name}:${line}:${column}`;
  return {
    value: plainOf(root),
    duplicates: [],
    position: (path) => at(nearest(root, path).place),
    keyPosition(path, key) {
      const node = nearest(root, path);
      return at((node.kind === "map" ? node.entries.get(key)?.key : undefined) ?? node.place);
    },
  };
}

function parse(text: string): MapNode | undefined {
  const open: MapNode[] = [];
  let last: Entry | undefined;
  for (const [index, content] of text.split(/\r?\n/).entries()) {
    if (EMPTY.test(content)) continue;
    const [, space, plainKey, ...others] = LINE.exec(content) ?? [];
    const [double, single, gap, plain, doubleValue, singleValue] = others;
    const key = plainKey ?? double ?? single;
    if (space === undefined || key === undefined || (plainKey !== undefined && WORD.test(plainKey)) || key === "__proto__") return undefined;
    const place: Place = [index + 1, space.length + 1];
    const map = mapFor(open, last, place);
    if (map === undefined || map.entries.has(key)) return undefined;
    last = { key: place, node: undefined };
    map.entries.set(key, last);
    if (gap === undefined) continue;
    const value = plain === undefined ? (doubleValue ?? singleValue) : plainValue(plain);
    if (value === undefined) return undefined;
    const keyWidth = key.length + (plainKey === undefined ? 2 : 0);
    last.node = { kind: "scalar", value, place: [index + 1, space.length + keyWidth + gap.length + 2] };
  }
  // a key without value is null, which is left to the parser
  return last?.node === undefined ? undefined : open[0];
}

/** The map that a key at this place belongs to; undefined where it belongs to none. */
function mapFor(open: MapNode[], last: Entry | undefined, place: Place): MapNode | undefined {
  const indentation = place[1] - 1;
  const innermost = open.at(-1);
  if (innermost === undefined || indentation > innermost.indentation) {
    if ((innermost === undefined && indentation > 0) || (last !== undefined && last.node !== undefined)) return undefined;
    const map: MapNode = { kind: "map", indentation, entries: new Map(), place };
    if (last !== undefined) last.node = map;
    open.push(map);
    return map;
  }
  if (last?.node === undefined) return undefined;
  while ((open.at(-1)?.indentation ?? -1) > indentation) open.pop();
  const map = open.at(-1);
  return map?.indentation === indentation ? map : undefined;
}

function plainValue(text: string): string | boolean | undefined {
  if (text === "true" || text === "false") return text === "true";
  // may be a number
  const isText = /^[A-Za-z]/.test(text) ? !WORD.test(text) : /[/:]/.test(text);
  return isText ? text : undefined;
}

function plainOf(node: NonNullable<Entry["node"]>): unknown {
  if (node.kind === "scalar") return node.value;
  return Object.fromEntries([...node.entries].map(([key, { node: value }]) => [key, value === undefined ? null : plainOf(value)]));
}

function nearest(root: MapNode, path: readonly PropertyKey[]): NonNullable<Entry["node"]> {
  let node: NonNullable<Entry["node"]> = root;
  for (const key of path) {
    const next: Entry["node"] = node.kind === "map" ? node.entries.get(String(key))?.node : undefined;
    if (next === undefined) return node;
    node = next;
  }
  return node;
}
