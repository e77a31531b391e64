import type { Json } from "../descriptor/component-descriptor.ts";
import { isJsonObject } from "../descriptor/json-tree.ts";

/** JSON in its canonical form (RFC 8785): members in the order of their UTF-16 code units, no white space, numbers as ECMAScript prints them. */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = definedMembers(value).map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`);
  return `{${members.join(",")}}`;
}

/** The list form of the first normalisation: each object is a list of objects with one member, in the order of their names. */
export function listFormJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(listFormJson).join(",")}]`;
  if (!isJsonObject(value)) return escapeHtml(JSON.stringify(value));
  const members = definedMembers(value).map(([key, item]) => `{${escapeHtml(JSON.stringify(key))}:${listFormJson(item)}}`);
  return `[${members.join(",")}]`;
}

function definedMembers(value: { readonly [key: string]: Json | undefined }): [string, Json][] {
  const members = Object.entries(value).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return members.sort(([one], [other]) => (one < other ? -1 : 1));
}

/** The writer of the first normalisation escapes what could end a script in a page. */
function escapeHtml(text: string): string {
  return text.replaceAll(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
