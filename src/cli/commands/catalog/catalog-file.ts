import { z } from "zod";
import { CATALOG_FILE_LIMIT, type CatalogFile, catalogFile } from "../../../api/administration.ts";
import { nearestName } from "../../../nearest-name.ts";
import { ConfigError, type ConfigProblem } from "../../../yaml/config-error.ts";
import { readYamlFile, type YamlFile } from "../../../yaml/yaml-file.ts";
import { yamlText } from "../../output/yaml.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/**
 * Reads a catalog file.
 * @throws ConfigError with `file:line:column` of everything that is wrong; the error of the file system when it cannot be read
 */
export async function readCatalogFile(path: string): Promise<CatalogFile> {
  const yaml = await readYamlFile(path, path, { limit: CATALOG_FILE_LIMIT, name: "catalog" });
  const result = catalogFile.safeParse(yaml.value);
  if (result.success && yaml.duplicates.length === 0) return result.data;
  throw new ConfigError([...yaml.duplicates, ...(result.error?.issues ?? []).flatMap((issue) => problemsOf(issue, yaml))]);
}

/** Writes a catalog as YAML: the same catalog gives the same text. */
export function catalogYaml(catalog: CatalogFile): string {
  return yamlText(catalog);
}

function problemsOf(issue: Issue, yaml: YamlFile): ConfigProblem[] {
  const { path } = issue;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const near = nearestName(key, keysAt(path));
      const message = `unknown key${near === undefined ? "" : `; did you mean ${near}?`}`;
      return { where: yaml.keyPosition(path, key), path: pathText([...path, key]), message };
    });
  }
  if (issue.code === "invalid_key") {
    const key = String(path.at(-1) ?? "");
    return [{ where: yaml.keyPosition(path.slice(0, -1), key), path: pathText(path), message: issue.issues[0]?.message ?? "not valid" }];
  }
  return [{ where: yaml.position(path), path: pathText(path), message: messageOf(issue) }];
}

function messageOf(issue: Issue): string {
  if (issue.code === "invalid_value") return `expected ${issue.values.map(String).join(" or ")}`;
  const text = issue.message.replace(/^Invalid input: /, "");
  if (text.endsWith("received undefined")) return "is required";
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** The keys that may stand at a path. */
function keysAt(path: Path): string[] {
  let schema: unknown = catalogFile;
  for (const key of path) schema = childOf(unwrapped(schema), key);
  const found = unwrapped(schema);
  return found instanceof z.ZodObject ? Object.keys(found.shape) : [];
}

function childOf(schema: unknown, key: PropertyKey): unknown {
  if (schema instanceof z.ZodObject) return schema.shape[String(key)];
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return schema instanceof z.ZodArray ? schema.element : undefined;
}

function unwrapped(schema: unknown): unknown {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? unwrapped(schema.unwrap()) : schema;
}

/** `namespaces.team.projects.web`, `grants[0].actions` */
function pathText(path: Path): string {
  return path.map((key, index) => (typeof key === "number" ? `[${key}]` : `${index === 0 ? "" : "."}${String(key)}`)).join("");
}
