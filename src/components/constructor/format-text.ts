import { stringify } from "yaml";
import type { Json } from "../descriptor/component-descriptor.ts";
import { formatSorted } from "../descriptor/json-tree.ts";
import type { TextInput } from "./input-schema.ts";

/** The text that an input of type utf8 stands for; equal values make equal texts. */
export function formatText({ text, json, formattedJson, yaml }: TextInput): { readonly text: string; readonly mediaType: string } {
  if (text !== undefined) return { text, mediaType: "text/plain" };
  if (json !== undefined) return { text: formatSorted(json as Json), mediaType: "application/json" };
  if (formattedJson !== undefined) return { text: JSON.stringify(sorted(formattedJson), null, 2), mediaType: "application/json" };
  return { text: stringify(sorted(yaml), { lineWidth: 0 }), mediaType: "application/x-yaml" };
}

function sorted(value: unknown): unknown {
  return JSON.parse(formatSorted(value as Json));
}
