import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseAllDocuments, parseDocument, visit } from "yaml";
import { ConfigError, type ConfigProblem } from "./config-error.ts";
import { type FileKind, readTextFile } from "./read-text.ts";

/** Times that aliases of the document may be expanded: enough for shared lists, too few for a "billion laughs". */
const ALIAS_LIMIT = 100;

const NESTED = "nested too deeply";

/** A YAML document that knows where each of its values stands. */
export interface YamlFile {
  /** The document's content; `{}` for an empty one. */
  readonly value: unknown;
  /** Keys that stand twice in a map: to be reported together with what else is wrong. `value` has the last of them. */
  readonly duplicates: readonly ConfigProblem[];
  /** `file:line:column` of the value at this path, or of the nearest one around it. */
  position(path: readonly PropertyKey[]): string;
  /** `file:line:column` of the key itself, for a key that should not be there. */
  keyPosition(path: readonly PropertyKey[], key: string): string;
}

/**
 * Reads a YAML file, a configuration of at most 1 MiB unless another kind is named.
 * @throws ConfigError when it is too large or no YAML; the error of the file system when it cannot be read
 */
export async function readYamlFile(path: string, name: string, kind?: FileKind): Promise<YamlFile> {
  return parseYaml(await readTextFile(path, name, kind), name);
}

/** @throws ConfigError with every syntax error, or when aliases or nesting would exhaust the machine */
export function parseYaml(text: string, name: string): YamlFile {
  const lines = new LineCounter();
  const document = guard(name, () => parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false }));
  return readDocument(document, name, lines);
}

/** The same for a file with several documents, `---` between them; empty ones are left out. */
export function parseYamlDocuments(text: string, name: string): readonly YamlFile[] {
  const lines = new LineCounter();
  const documents = guard(name, () => [...parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false })]);
  return documents.filter((document) => document.errors.length > 0 || !isEmpty(document)).map((document) => readDocument(document, name, lines));
}

function isEmpty({ contents }: Document): boolean {
  return contents === null || (isScalar(contents) && contents.value === null);
}

function readDocument(document: Document, name: string, lines: LineCounter): YamlFile {
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  if (document.errors.some(({ message }) => message.startsWith("Maximum call stack"))) throw new ConfigError([{ where: name, path: "", message: NESTED }]);
  if (document.errors.length > 0)
    throw new ConfigError(document.errors.map((error) => ({ where: at(error.pos[0]), path: "", message: oneLine(error.message) })));
  const value: unknown = guard(name, () => document.toJS({ maxAliasCount: ALIAS_LIMIT }));
  return {
    value: value ?? {},
    duplicates: duplicateKeys(document, at),
    position: (path) => at(start(nearest(document, path))),
    keyPosition: (path, key) => at(start(keyNode(nearest(document, path), key))),
  };
}

/** The parser's own check takes time in the square of the number of keys. */
function duplicateKeys(document: Document, at: (offset: number) => string): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  visit(document, {
    Map(_, map) {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (seen.has(name)) problems.push({ where: at(start(key)), path: "", message: `duplicate key ${name}` });
        seen.add(name);
      }
    },
  });
  return problems;
}

/** The parser and the expansion of aliases throw plain errors for documents made to exhaust them. */
function guard<T>(name: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    const message = cause instanceof RangeError ? NESTED : "its aliases repeat too much or refer to nothing";
    throw new ConfigError([{ where: name, path: "", message }], { cause });
  }
}

function nearest(document: Document, path: readonly PropertyKey[]): Node | null {
  let node: Node | null = document.contents;
  for (const key of path) {
    const next = child(isAlias(node) ? (node.resolve(document) ?? null) : node, key);
    if (next === undefined) return node;
    node = next;
  }
  return node;
}

function child(node: Node | null, key: PropertyKey): Node | undefined {
  if (!isMap(node) && !isSeq(node)) return undefined;
  const value: unknown = node.get(typeof key === "symbol" ? String(key) : key, true);
  return isNode(value) ? value : undefined;
}

function keyNode(node: Node | null, key: string): Node | null {
  if (!isMap(node)) return node;
  const found = node.items.map((pair) => pair.key).find((candidate) => isScalar(candidate) && String(candidate.value) === key);
  return isNode(found) ? found : node;
}

function start(node: Node | null): number {
  return node?.range?.[0] ?? 0;
}

function oneLine(message: string): string {
  return message.replaceAll(/\s*\n\s*/g, " ");
}
