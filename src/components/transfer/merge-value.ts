import { ComponentError } from "../component-error.ts";
import type { Json, JsonObject } from "../descriptor/component-descriptor.ts";
import { isJsonObject, jsonEqual } from "../descriptor/json-tree.ts";

/** Whose value is taken where both changed. */
type Winner = "inbound" | "local" | "none";

/** The value that a label comes with, and the one that it has at the target. */
export interface TwoValues {
  readonly inbound: Json;
  readonly local: Json;
}

type Merge = (values: TwoValues, config: JsonObject, label: string) => Json;

const ALGORITHMS: Readonly<Record<string, Merge>> = { default: mergeDefault, simpleListMerge, simpleMapMerge, mapListMerge };

/**
 * Merges two values of a label in the way that it declares (OCM specification, "Label Merging"): `merge` is `{ algorithm, config }`.
 * @param label for messages
 * @throws ComponentError `refused` when they cannot be merged
 */
export function mergeValues(values: TwoValues, merge: JsonObject, label: string): Json {
  if (jsonEqual(values.inbound, values.local)) return values.inbound;
  const name = typeof merge.algorithm === "string" && merge.algorithm !== "" ? merge.algorithm.replace(/\/v1$/, "") : "default";
  const algorithm = Object.hasOwn(ALGORITHMS, name) ? ALGORITHMS[name] : undefined;
  if (algorithm === undefined) throw refused(label, `its merge algorithm '${name.slice(0, 60)}' is unknown`);
  return algorithm(values, isJsonObject(merge.config) ? merge.config : {}, label);
}

function mergeDefault({ inbound, local }: TwoValues, config: JsonObject, label: string): Json {
  const winner = winnerOf(config, label);
  if (winner === "none") throw refused(label, "it was changed, which its merge configuration rules out");
  return winner === "local" ? local : inbound;
}

/** What the target alone has comes after the rest. */
function simpleListMerge({ inbound, local }: TwoValues, _: JsonObject, label: string): Json {
  if (!Array.isArray(inbound) || !Array.isArray(local)) throw refused(label, "one of its values is no list");
  return [...inbound, ...local.filter((item: Json) => !inbound.some((other: Json) => jsonEqual(item, other)))];
}

function simpleMapMerge({ inbound, local }: TwoValues, config: JsonObject, label: string): Json {
  if (!isJsonObject(inbound) || !isJsonObject(local)) throw refused(label, "one of its values is no map");
  const entries = new Map(Object.entries(inbound));
  for (const [key, value] of Object.entries(local)) {
    const other = entries.get(key);
    if (value !== undefined) entries.set(key, other === undefined ? value : mergeEntry({ inbound: other, local: value }, config, `${label}, ${key}`));
  }
  return Object.fromEntries(entries);
}

function mapListMerge({ inbound, local }: TwoValues, config: JsonObject, label: string): Json {
  const field = typeof config.keyField === "string" && config.keyField !== "" ? config.keyField : "name";
  const entries = keyed(inbound, field, label);
  for (const [key, value] of keyed(local, field, label)) {
    const other = entries.get(key);
    entries.set(key, other === undefined ? value : mergeEntry({ inbound: other, local: value }, config, `${label}, ${key}`));
  }
  return [...entries.values()];
}

function keyed(list: Json, field: string, label: string): Map<string, Json> {
  if (!Array.isArray(list)) throw refused(label, "one of its values is no list");
  const entries = new Map<string, Json>();
  for (const item of list as readonly Json[]) {
    const key = isJsonObject(item) ? item[field] : undefined;
    if (typeof key !== "string") throw refused(label, `an entry of its value has no text '${field}'`);
    entries.set(key, item);
  }
  return entries;
}

/** Entries that both have are merged as `entries` says, else one of them is taken. */
function mergeEntry(values: TwoValues, config: JsonObject, label: string): Json {
  if (jsonEqual(values.inbound, values.local)) return values.inbound;
  return isJsonObject(config.entries) ? mergeValues(values, config.entries, label) : mergeDefault(values, config, label);
}

function winnerOf({ overwrite }: JsonObject, label: string): Winner {
  if (overwrite === undefined || overwrite === null || overwrite === "" || overwrite === "inbound") return "inbound";
  if (overwrite === "local" || overwrite === "none") return overwrite;
  throw refused(label, "its merge configuration has an unknown 'overwrite': expected inbound, local or none");
}

function refused(label: string, why: string): ComponentError {
  return new ComponentError("refused", `${label} cannot be merged with that of the target: ${why}; replace it with --overwrite`, { subject: label });
}
