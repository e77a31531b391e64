import { notARange, parseRange, type VersionRange } from "../../oci/version-range.ts";
import { ClientError } from "../client-error.ts";

/** Parses a range that a user wrote. @throws ClientError `invalid` */
export function requireRange(text: string | undefined): VersionRange | undefined {
  if (text === undefined) return undefined;
  const range = parseRange(text);
  if (range !== undefined) return range;
  throw new ClientError("invalid", notARange(text));
}
