import { nearestName } from "../../nearest-name.ts";
import { isTag } from "../../oci/tag.ts";
import type { ConfigProblem } from "../../yaml/config-error.ts";
import type { YamlFile } from "../../yaml/yaml-file.ts";
import { parseConfigUrl } from "./config-url.ts";
import { type RegistryAddress, RegistryTextError } from "./registry-text.ts";
import type { PathEncoding, Route } from "./routing.ts";

/** Keys of a registry that is written as a map. */
const KEYS = ["url", "insecure", "pathEncoding", "prefixForTags", "stripPrefix"];

const ENCODINGS: readonly string[] = ["path", "hashAsRepo", "hashAsTag"] satisfies PathEncoding[];

/** Where a registry is written, and for which modules. */
export interface EntryPlace {
  readonly yaml: YamlFile;
  /** As written in the file. */
  readonly key: string;
  readonly prefix: string;
}

/** One registry of the file, or everything that is wrong with it. */
export function parseConfigEntry(value: unknown, at: EntryPlace): Route | readonly ConfigProblem[] {
  const entry: unknown = typeof value === "string" ? { url: value } : value;
  const report = reporter(at, typeof value === "string");
  if (!isMap(entry)) return [report([], "expected a registry such as registry.example.com/modules, or a map with url")];
  const problems = Object.keys(entry).flatMap((key) => (KEYS.includes(key) ? [] : [unknownKey(key, at)]));
  const typed = (key: string, type: string) => {
    if (entry[key] === undefined || typeof entry[key] === type) return;
    problems.push(report([key], type === "boolean" ? "expected true or false" : "expected text"));
  };
  for (const key of ["insecure", "stripPrefix"]) typed(key, "boolean");
  for (const key of ["prefixForTags", "pathEncoding"]) typed(key, "string");
  const { url, insecure, pathEncoding, prefixForTags, stripPrefix } = entry;
  if (typeof pathEncoding === "string" && !ENCODINGS.includes(pathEncoding)) problems.push(report(["pathEncoding"], "expected path, hashAsRepo or hashAsTag"));
  if (typeof prefixForTags === "string" && !isTag(prefixForTags)) problems.push(report(["prefixForTags"], "expected what a tag may start with"));
  const place = readUrl(url, typeof insecure === "boolean" ? insecure : undefined);
  if (typeof place === "string") return [...problems, report(url === undefined ? [] : ["url"], place)];
  if (place.repository === "" && (stripPrefix === true || (pathEncoding !== undefined && pathEncoding !== "path"))) {
    problems.push(
      report(["url"], `${stripPrefix === true ? "stripPrefix" : String(pathEncoding)} takes a folder in the registry, such as ${place.host}/modules`),
    );
  }
  if (stripPrefix === true && pathEncoding !== undefined && pathEncoding !== "path") {
    problems.push(report(["stripPrefix"], "goes with the pathEncoding path only"));
  }
  if (problems.length > 0) return problems;
  return {
    prefix: at.prefix,
    ...place,
    ...(pathEncoding !== undefined && pathEncoding !== "path" && { pathEncoding: pathEncoding as PathEncoding }),
    ...(typeof prefixForTags === "string" && { prefixForTags }),
    ...(stripPrefix === true && { stripPrefix }),
    origin: at.yaml.keyPosition(["registries"], at.key),
  };
}

/** The place that a url names, or what is wrong with it. */
function readUrl(url: unknown, insecure: boolean | undefined): RegistryAddress | string {
  if (url === undefined) return "url is required";
  if (typeof url !== "string") return "expected a registry as text";
  try {
    return parseConfigUrl(url, insecure);
  } catch (error) {
    if (error instanceof RegistryTextError) return error.message;
    throw error;
  }
}

function reporter({ yaml, key }: EntryPlace, isText: boolean) {
  return (path: readonly string[], message: string): ConfigProblem => {
    const inside = isText ? [] : path;
    return { where: yaml.position(["registries", key, ...inside]), path: ["registries", key, ...inside].join("."), message };
  };
}

function unknownKey(name: string, { yaml, key }: EntryPlace): ConfigProblem {
  const near = nearestName(name, KEYS);
  return {
    where: yaml.keyPosition(["registries", key], name),
    path: `registries.${key}.${name}`,
    message: `unknown key${near === undefined ? "" : `; did you mean ${near}?`}`,
  };
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
