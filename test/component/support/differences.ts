/**
 * The fields in which two JSON trees differ, as `path: one | other`; `-` stands for what is not there. Elements of lists that have a name
 * stand under it: `resources[image].type`.
 */
export function differences(one: unknown, other: unknown, path = ""): string[] {
  if (isObject(one) && isObject(other)) {
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
    return keys.flatMap((key) => differences(one[key], other[key], path === "" ? key : `${path}.${key}`));
  }
  if (Array.isArray(one) && Array.isArray(other)) return differences(named(one), named(other), path).map((text) => text.replace(`${path}.[`, `${path}[`));
  return JSON.stringify(one) === JSON.stringify(other) ? [] : [`${path}: ${shown(one)} | ${shown(other)}`];
}

function named(list: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(list.map((item, at) => [`[${isObject(item) && typeof item.name === "string" ? item.name : at}]`, item]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Digests are shown by their beginning. */
function shown(value: unknown): string {
  if (value === undefined) return "-";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.replaceAll(/([0-9a-f]{8})[0-9a-f]{56}/g, "$1");
}
