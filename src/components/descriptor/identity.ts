import type { Json, JsonObject } from "./component-descriptor.ts";
import { isJsonObject } from "./json-tree.ts";

/** What an element is told apart by: its name, its extra identity, and its version where others share both. */
export type Identity = Readonly<Record<string, string>>;

interface Identified {
  readonly name?: Json;
  readonly version?: Json;
  readonly extraIdentity?: Json;
}

/** The identity of an element among those of its list (OCM specification, "Identities"). */
export function identityOf(element: Identified, siblings: readonly Identified[]): Identity {
  const base = baseIdentity(element);
  const key = keyOf(base);
  const isShared = siblings.some((other) => other !== element && keyOf(baseIdentity(other)) === key);
  return isShared && typeof element.version === "string" && element.version !== "" ? { ...base, version: element.version } : base;
}

/** Everything that an element can be selected by: extra identity, name and version. */
export function fullIdentity(element: Identified): Identity {
  return { ...(typeof element.version === "string" && { version: element.version }), ...baseIdentity(element) };
}

/** Equal for elements that cannot be told apart. */
export function identityKey(element: Identified): string {
  return keyOf(fullIdentity(element));
}

/** For messages, e.g. `image (architecture=amd64, os=linux)`. */
export function formatIdentity(identity: Identity): string {
  const { name = "", ...rest } = identity;
  const extra = sorted(rest).map(([key, value]) => `${key}=${value}`);
  return extra.length === 0 ? name : `${name} (${extra.join(", ")})`;
}

function baseIdentity({ name, extraIdentity }: Identified): Identity {
  const extra = isJsonObject(extraIdentity) ? texts(extraIdentity) : {};
  return { ...extra, name: typeof name === "string" ? name : "" };
}

function texts(value: JsonObject): Identity {
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

function keyOf(identity: Identity): string {
  return JSON.stringify(sorted(identity));
}

function sorted(identity: Identity): [string, string][] {
  return Object.entries(identity).sort(([one], [other]) => (one < other ? -1 : 1));
}
