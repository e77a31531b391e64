import { ComponentError } from "../component-error.ts";
import type { Json, JsonObject } from "./component-descriptor.ts";

/** Levels of objects and lists: far more than any descriptor has, few enough to walk through. */
const DEPTH_LIMIT = 200;

/** True for an object, not for a list or null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export interface JsonTreeOptions {
  /** Values in all; more come of aliases that refer to aliases. Default: any number. */
  readonly nodeLimit?: number;
}

/**
 * What was parsed as a JSON tree.
 * @throws ComponentError `invalid` for what JSON cannot say, such as an infinite number, and for what nests too deeply
 */
export function toJsonTree(value: unknown, label: string, { nodeLimit = Number.POSITIVE_INFINITY }: JsonTreeOptions = {}): Json {
  checkValue(value, "", { label, depth: 0, count: { left: nodeLimit } });
  return value as Json;
}

interface Walk {
  readonly label: string;
  readonly depth: number;
  /** Shared by the whole walk. */
  readonly count: { left: number };
}

function checkValue(value: unknown, path: string, { label, depth, count }: Walk): void {
  if (depth > DEPTH_LIMIT) throw new ComponentError("invalid", `${label} nests deeper than ${DEPTH_LIMIT} levels`);
  if (count.left-- < 0) throw new ComponentError("invalid", `${label} has aliases that expand to far more than it is`);
  const below = { label, depth: depth + 1, count };
  if (Array.isArray(value)) for (const [at, item] of value.entries()) checkValue(item, `${path}[${at}]`, below);
  else if (isJsonObject(value)) for (const [key, item] of Object.entries(value)) checkValue(item, path === "" ? key : `${path}.${key}`, below);
  else if (value !== null && typeof value !== "string" && typeof value !== "boolean" && !Number.isFinite(value)) {
    throw new ComponentError("invalid", `${label}: ${path || "its content"} is a value that JSON does not have: write a text or a finite number`, {
      subject: path,
    });
  }
}

/** True when both are the same value; the order of the members of an object does not count. */
export function jsonEqual(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other) return true;
  if (Array.isArray(one) || Array.isArray(other)) {
    return Array.isArray(one) && Array.isArray(other) && one.length === other.length && one.every((item, at) => jsonEqual(item, other[at]));
  }
  if (!isJsonObject(one) || !isJsonObject(other)) return false;
  const keys = definedKeys(one);
  return keys.length === definedKeys(other).length && keys.every((key) => Object.hasOwn(other, key) && jsonEqual(one[key], other[key]));
}

/** JSON text with the members of each object in the order of their names: equal trees make equal bytes. */
export function formatSorted(value: Json): string {
  return JSON.stringify(value, (_, item: unknown) => (isJsonObject(item) ? Object.fromEntries(Object.entries(item).sort(byName)) : item));
}

function byName([one]: [string, unknown], [other]: [string, unknown]): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function definedKeys(value: JsonObject): string[] {
  return Object.keys(value).filter((key) => value[key] !== undefined);
}
