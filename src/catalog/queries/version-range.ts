import { RegistryError } from "../../oci/errors.ts";
import { notARange, parseRange, type VersionRange } from "../../oci/version-range.ts";

/**
 * Parses the parameter `range`.
 * @throws RegistryError `VERSION_RANGE_INVALID`
 */
export function requireRange(text: string | undefined): VersionRange | undefined {
  if (text === undefined) return undefined;
  const range = parseRange(text);
  if (range !== undefined) return range;
  throw new RegistryError("VERSION_RANGE_INVALID", `parameter range: ${notARange(text)}`, {
    detail: { parameter: "range" },
  });
}
