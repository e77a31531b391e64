import { parseDocument } from "yaml";
import { ContentError } from "./content-error.ts";
import { asObject, decodeText, type JsonObject } from "./json.ts";
import { YAML_LIMIT } from "./limits.ts";

/** How often aliases may repeat what they name: a few lines of them can stand for gigabytes. */
const ALIAS_LIMIT = 100;

/**
 * Parses a YAML mapping of unknown origin; every scalar becomes text. Only for a thread with a time limit: short documents exist that
 * take the parser minutes.
 * @param what names the content in messages
 * @throws ContentError
 */
export function parseYamlObject(bytes: Uint8Array, what: string): JsonObject {
  if (bytes.length > YAML_LIMIT) throw new ContentError(`${what} is YAML of ${bytes.length} bytes: no more than ${YAML_LIMIT} are read; JSON may be larger`);
  // Comparing keys takes time in the square of their number, writing those that are no text in the cube of their depth.
  const document = parseDocument(decodeText(bytes, what), { schema: "failsafe", stringKeys: true, uniqueKeys: false, prettyErrors: false, logLevel: "error" });
  const error = document.errors[0];
  if (error !== undefined) throw new ContentError(`${what} is not valid YAML: ${error.message}`);
  const value = asObject(document.toJS({ maxAliasCount: ALIAS_LIMIT }));
  if (value === undefined) throw new ContentError(`${what} is not a YAML mapping`);
  return value;
}
