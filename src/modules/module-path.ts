import { REPOSITORY_NAME } from "../oci/name.ts";

/** Names that Windows keeps for devices, whatever follows the first dot. */
const DEVICE = /^(?:con|prn|aux|nul|com[1-9]|lpt[1-9])$/;

/** `lib.test/base@v1` → base path and major; `major` is undefined where the path has none. What follows `@` is not checked. */
export function splitModulePath(path: string): { readonly base: string; readonly major: string | undefined } {
  const at = path.lastIndexOf("@");
  return at < 0 ? { base: path, major: undefined } : { base: path.slice(0, at), major: path.slice(at + 1) };
}

/** What is wrong with a module path without major, such as `lib.test/base`; undefined when it is fine. CUE modules reference, "Module paths". */
export function basePathProblem(path: string): string | undefined {
  if (path === "") return "it is empty";
  if (path.includes("@")) return "it has a version; leave out what follows @";
  const wrong = /[^a-z0-9._/-]/u.exec(path)?.[0];
  if (wrong !== undefined) return /[A-Z]/.test(wrong) ? `upper-case letters such as ${wrong} are not allowed` : `the character '${wrong}' is not allowed`;
  if (path.includes("//") || path.startsWith("/") || path.endsWith("/")) return "it has an empty part between slashes";
  const [first = ""] = path.split("/");
  if (!first.includes(".")) return "its first part must be a domain, with a dot";
  if (first.includes("_")) return "its first part must be a domain, without _";
  // distribution-spec, "Pulling manifests": module paths are names of repositories
  if (!REPOSITORY_NAME.test(path)) return "each part starts and ends with a letter or digit, with single separators . _ __ - between";
  const device = path.split("/").find((part) => DEVICE.test(part.split(".")[0] ?? ""));
  return device === undefined ? undefined : `'${device}' is a name that Windows keeps for a device`;
}

/** True for a major version: `v0`, `v1`. */
export function isMajor(text: string): boolean {
  return /^v(?:0|[1-9][0-9]*)$/.test(text);
}

/** True where `prefix` is the path itself, or a number of its first parts. */
export function isPathPrefix(prefix: string, path: string): boolean {
  return prefix === "" || path === prefix || path.startsWith(`${prefix}/`);
}
