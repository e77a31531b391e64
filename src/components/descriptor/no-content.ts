import type { DigestSpec, Json } from "./component-descriptor.ts";
import { isJsonObject } from "./json-tree.ts";

/** Access types of elements without content, whose digest says nothing. */
const NO_CONTENT: ReadonlySet<string> = new Set(["none", "None", "none/v1", "None/v1"]);

/** True where an access says that there is no content. */
export function hasNoContent(access: Json | undefined): boolean {
  return isJsonObject(access) && typeof access.type === "string" && NO_CONTENT.has(access.type);
}

/** What is said of a content that shall not be part of signatures (OCM specification, "Digest Info"). */
const EXCLUDED = "EXCLUDE-FROM-SIGNATURE";

/** True for the digest of a resource whose content is not looked at. */
export function isExcluded({ normalisationAlgorithm }: DigestSpec): boolean {
  return normalisationAlgorithm === EXCLUDED;
}
