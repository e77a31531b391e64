import type { ExtractorId } from "../artifact-type.ts";
import { type ParsedContent, parseContent } from "../parse-content.ts";
import { partBytes } from "./artifact.ts";

/** What one extractor makes of content. */
export function parsed(extractor: ExtractorId, content: unknown, mediaType = "application/json"): ParsedContent {
  return parseContent(extractor, { mediaType, bytes: partBytes(content) });
}

/** Content that is JSON, or nearly, and hostile: what every extractor of JSON has to survive. */
export const HOSTILE_JSON: readonly (readonly [string, string | Uint8Array])[] = [
  ["nothing", ""],
  ["no JSON", "<html>"],
  ["half of it", '{"name":"a'],
  ["an array", "[]"],
  ["null", "null"],
  ["an empty object", "{}"],
  ["bytes that are no text", new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])],
  ["a hundred thousand levels", "[".repeat(100_000)],
  ["a thousand levels that end", `${'{"a":'.repeat(1000)}1${"}".repeat(1000)}`],
];
