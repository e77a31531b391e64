import type { Json, JsonObject } from "./component-descriptor.ts";
import type { ProblemList } from "./descriptor-problems.ts";
import { isElementName, isMergeAlgorithm } from "./grammar.ts";
import { isJsonObject } from "./json-tree.ts";

const LABEL_VERSION = /^v[0-9]+$/;
const LOWER_HEX = /^[0-9a-f]+$/;

/** What resources say in place of a digest when their content is not digested. */
const NO_DIGEST = "NO-DIGEST";

/** A required text. Undefined, with an error, where there is none. */
export function checkText(parent: JsonObject, key: string, { path, list }: { readonly path: string; readonly list: ProblemList }): string | undefined {
  const value = parent[key];
  if (typeof value === "string" && value !== "") return value;
  list.error(`${path}.${key}`, value === undefined ? "is missing" : value === "" ? "is empty" : "expected a text");
  return undefined;
}

/** The objects of a list; absent and null are an empty one. */
export function objectsOf(value: Json | undefined, path: string, list: ProblemList): readonly (readonly [JsonObject, string])[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    list.error(path, "expected a list");
    return [];
  }
  return value.flatMap((item: Json, at) => {
    if (isJsonObject(item)) return [[item, `${path}[${at}]`] as const];
    list.error(`${path}[${at}]`, "expected an object");
    return [];
  });
}

export function checkLabels(value: Json | undefined, path: string, list: ProblemList): void {
  const seen = new Set<string>();
  for (const [label, at] of objectsOf(value, path, list)) {
    const name = checkText(label, "name", { path: at, list });
    if (name !== undefined && seen.has(name)) list.warn(`${at}.name`, `there are two labels '${name}'`);
    if (name !== undefined) seen.add(name);
    if (label.value === undefined) list.warn(`${at}.value`, "is missing");
    if (label.version !== undefined && !(typeof label.version === "string" && LABEL_VERSION.test(label.version))) {
      list.warn(`${at}.version`, "expected v and a number, such as v1");
    }
    if (label.signing !== undefined && typeof label.signing !== "boolean") list.warn(`${at}.signing`, "expected true or false");
    checkMerge(label.merge, `${at}.merge`, list);
  }
}

function checkMerge(merge: Json | undefined, path: string, list: ProblemList): void {
  if (merge === undefined || merge === null) return;
  if (!isJsonObject(merge)) {
    list.warn(path, "expected an object");
    return;
  }
  if (merge.algorithm !== undefined && !(typeof merge.algorithm === "string" && isMergeAlgorithm(merge.algorithm))) {
    list.warn(`${path}.algorithm`, "expected the name of a merge algorithm");
  }
}

/** Absent and null are no digest. */
export function checkDigest(value: Json | undefined, path: string, list: ProblemList): void {
  if (value === undefined || value === null) return;
  if (!isJsonObject(value)) {
    list.error(path, "expected an object");
    return;
  }
  for (const key of ["hashAlgorithm", "normalisationAlgorithm", "value"]) {
    const field = value[key];
    if (typeof field !== "string") list.error(`${path}.${key}`, field === undefined ? "is missing" : "expected a text");
    else if (field === "") list.warn(`${path}.${key}`, "is empty");
  }
  if (typeof value.value === "string" && value.value !== "" && value.value !== NO_DIGEST && !LOWER_HEX.test(value.value)) {
    list.warn(`${path}.value`, "expected lower-case hex");
  }
}

export function checkExtraIdentity(value: Json | undefined, path: string, list: ProblemList): void {
  if (value === undefined || value === null) return;
  if (!isJsonObject(value)) {
    list.error(path, "expected an object");
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    if (key === "name") list.warn(`${path}.name`, "the name is part of every identity already");
    else if (!isElementName(key)) list.warn(`${path}.${key}`, "expected a key of at least two lower-case letters, digits, - _ +");
    if (typeof item !== "string") list.error(`${path}.${key}`, "expected a text");
  }
}
