import { RegistryError } from "../../oci/errors.ts";
import { notARange, parseRange, type VersionRange } from "../../oci/version-range.ts";

/**
 * Parses the parameter `range`.
 * @throws RegistryError `UNSUPPORTED`
 */
export function requireRange(text: string | undefined): VersionRange | undefined {
  if (text === undefined) return undefined;
  const range = parseRange(text);
  if (range !== undefined) return range;
  throw new RegistryError("UNSUPPORTED", `parameter range: ${notARange(text)}`, {
    detail: { parameter: "range" },
  });
}
