import { abbreviate } from "../../oci/digest.ts";
import { RegistryError } from "../../oci/errors.ts";
import { parseRange, type VersionRange } from "../../oci/version-range.ts";

/**
 * Parses the parameter `range`.
 * @throws RegistryError `UNSUPPORTED`
 */
export function requireRange(text: string | undefined): VersionRange | undefined {
  if (text === undefined) return undefined;
  const range = parseRange(text);
  if (range !== undefined) return range;
  throw new RegistryError("UNSUPPORTED", `parameter range: '${abbreviate(text, 80)}' is no range of versions; write e.g. ^1.2, ~1.2.3 or '>=1.2 <2'`, {
    detail: { parameter: "range" },
  });
}
