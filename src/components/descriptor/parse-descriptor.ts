import { parseDocument } from "yaml";
import { ComponentError } from "../component-error.ts";
import { descriptorProblems } from "./check-descriptor.ts";
import type { ComponentDescriptor, Json, JsonObject } from "./component-descriptor.ts";
import { type DescriptorEncoding, descriptorEncoding } from "./descriptor-media-type.ts";
import { formatProblem } from "./descriptor-problems.ts";
import { unpackDescriptor } from "./descriptor-tar.ts";
import { isJsonObject, toJsonTree } from "./json-tree.ts";
import { fromV3, isV3 } from "./v3-schema.ts";

/** Bytes of a descriptor, packed or not. */
export const DESCRIPTOR_LIMIT = 64 * 1024 * 1024;

/** Characters up to which YAML is parsed by the parser that is strict, and some sixty times as slow. */
const STRICT_LIMIT = 64 * 1024;

/** Times that aliases may be expanded: enough for shared lists, too few for a "billion laughs". */
const ALIAS_LIMIT = 100;

export type DescriptorSchema = "v2" | "v3alpha1";

export interface ParsedDescriptor {
  /** Of schema v2, whatever it was read from. */
  readonly descriptor: ComponentDescriptor;
  /** What it was read from. */
  readonly schema: DescriptorSchema;
  /** What breaks the schema and does not keep it from being worked with, each with the path of the field. */
  readonly warnings: readonly string[];
}

/**
 * Reads the descriptor of a component version.
 * @param mediaType of the blob; a legacy one too
 * @param label for messages, e.g. `the descriptor of acme.org/app:1.0.0`
 * @throws ComponentError `invalid` with the path of the field that is wrong
 */
export function parseDescriptor(bytes: Uint8Array, mediaType: string, label: string): ParsedDescriptor {
  const encoding = descriptorEncoding(mediaType);
  if (encoding === undefined) throw new ComponentError("invalid", `${label} is of the unknown type '${mediaType.slice(0, 120)}'`);
  return describeTree(readTree(bytes, encoding, label), label);
}

/** The same for a tree that was parsed. */
export function describeTree(tree: Json, label: string): ParsedDescriptor {
  const isOther = isV3(tree);
  const converted = withLists(isOther ? fromV3(tree) : tree);
  const problems = descriptorProblems(converted);
  const first = problems.find(({ severity }) => severity === "error");
  if (first !== undefined) throw new ComponentError("invalid", `${label}: ${formatProblem(first)}`, { subject: first.path });
  return { descriptor: converted as ComponentDescriptor, schema: isOther ? "v3alpha1" : "v2", warnings: problems.map(formatProblem) };
}

/** Where lists are null or missing they are empty. */
function withLists(tree: Json): Json {
  if (!isJsonObject(tree) || !isJsonObject(tree.component)) return tree;
  const { component } = tree;
  const lists = ["repositoryContexts", "resources", "sources", "componentReferences"].filter((key) => component[key] === undefined || component[key] === null);
  return lists.length === 0 ? tree : ({ ...tree, component: { ...component, ...Object.fromEntries(lists.map((key) => [key, []])) } } satisfies JsonObject);
}

function readTree(bytes: Uint8Array, encoding: DescriptorEncoding, label: string): Json {
  if (bytes.length > DESCRIPTOR_LIMIT) throw tooLarge(label);
  const content = encoding === "yaml+tar" ? unpackDescriptor(bytes, label) : bytes;
  const text = decode(content, label);
  // every value takes a character at least, unless aliases make more of them
  return toJsonTree(parseText(text, label), label, { nodeLimit: text.length });
}

function decode(bytes: Uint8Array, label: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ComponentError("invalid", `${label} is not text in UTF-8`, { cause });
  }
}

/** JSON is YAML, too: which of both it is says its content, as other tools do not go by the media type. */
function parseText(text: string, label: string): unknown {
  if (/^\s*\{/.test(text)) {
    try {
      return JSON.parse(text);
    } catch {
      // a flow mapping of YAML may begin like this
    }
  }
  return parseYaml(text, label);
}

/** Core schema: no dates, so times stay texts; numbers become doubles. */
function parseYaml(text: string, label: string): unknown {
  try {
    if (text.length > STRICT_LIMIT) return Bun.YAML.parse(text);
    const document = parseDocument(text, { schema: "core", version: "1.2", merge: true, stringKeys: true });
    const [error] = document.errors;
    if (error !== undefined) throw error;
    return document.toJS({ maxAliasCount: ALIAS_LIMIT });
  } catch (cause) {
    const reason =
      cause instanceof RangeError ? "it nests too deeply" : cause instanceof Error ? cause.message.replace(/:?\s*\n[\s\S]*$/, "") : "it cannot be parsed";
    throw new ComponentError("invalid", `${label} is no valid YAML: ${reason}`, { cause });
  }
}

function tooLarge(label: string): ComponentError {
  return new ComponentError("invalid", `${label} has more than ${DESCRIPTOR_LIMIT / 1024 / 1024} MiB: that is no descriptor`);
}
