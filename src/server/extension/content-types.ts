import { type Operation, vendorMediaType } from "../../api/operation.ts";
import { RegistryError } from "../../oci/errors.ts";
import { chooseMediaType } from "./accept.ts";

export const JSON_MEDIA_TYPE = "application/json";
export const NDJSON_MEDIA_TYPE = "application/x-ndjson";

/** What an operation can answer with, its own type first. */
export function offeredMediaTypes({ kind, alternatives = [] }: Pick<Operation, "kind" | "alternatives">): string[] {
  return [vendorMediaType(kind), JSON_MEDIA_TYPE, ...alternatives];
}

/**
 * The media type of the answer.
 * @throws RegistryError `NOT_ACCEPTABLE` when the client takes none that there is
 */
export function acceptable(operation: Operation, accept: string | undefined): string {
  const offered = offeredMediaTypes(operation);
  const chosen = chooseMediaType(accept, offered);
  if (chosen !== undefined) return chosen;
  throw new RegistryError("NOT_ACCEPTABLE", `nothing here suits the Accept header: there is ${offered.join(", ")}`);
}
