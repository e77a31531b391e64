import type { DigestSpec, Json } from "../descriptor/component-descriptor.ts";
import { isJsonObject } from "../descriptor/json-tree.ts";

/** The digest of an element, where it has one: some writers put an empty one in its place. */
export function completeDigest(value: Json | undefined): DigestSpec | undefined {
  if (!isJsonObject(value)) return undefined;
  const { hashAlgorithm, normalisationAlgorithm, value: hex } = value;
  const isComplete = [hashAlgorithm, normalisationAlgorithm, hex].every((text) => typeof text === "string" && text !== "");
  return isComplete ? (value as DigestSpec) : undefined;
}
