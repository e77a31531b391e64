import type { Json, JsonObject } from "../descriptor/component-descriptor.ts";
import { isJsonObject } from "../descriptor/json-tree.ts";

/** The members of a label that are part of a digest. */
const MEMBERS = ["name", "version", "value", "signing"] as const;

/** The labels that say `signing`, with what of them is digested; undefined where there are none. */
export function signingLabels(labels: Json | undefined): Json | undefined {
  if (!Array.isArray(labels)) return undefined;
  const kept = labels.flatMap((label) => (isJsonObject(label) && isSigning(label) ? [reduced(label)] : []));
  return kept.length === 0 ? undefined : kept;
}

/** An element, or a provider, with only those of its labels. */
export function withSigningLabels({ labels, ...rest }: JsonObject): JsonObject {
  const kept = signingLabels(labels);
  return kept === undefined ? rest : { ...rest, labels: kept };
}

function isSigning({ signing }: JsonObject): boolean {
  return signing === true || signing === "true";
}

function reduced(label: JsonObject): JsonObject {
  return Object.fromEntries(MEMBERS.flatMap((key) => (label[key] === undefined ? [] : [[key, label[key]]])));
}
