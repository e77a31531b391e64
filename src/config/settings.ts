import { z } from "zod";
import { type Config, configSchema } from "./schema.ts";
import { type ValueKind, valueKinds } from "./value-kind.ts";
import { valueAt } from "./value-tree.ts";

/** One value of the configuration, as the schema describes it. Lists and maps are one value each. */
export interface Setting {
  /** Keys from the top: `["storage", "metadata", "url"]`. */
  readonly path: readonly string[];
  /** `storage.metadata.url` */
  readonly name: string;
  /** `OPM_STORAGE_METADATA_URL` */
  readonly variable: string;
  readonly kind: ValueKind | undefined;
  /** How a text from the environment is read: as it is, as a number or a truth value, or as YAML. */
  readonly reading: "text" | "scalar" | "yaml";
  /** As one would write it; undefined when there is none. */
  readonly default: unknown;
  readonly description: string;
  readonly schema: z.ZodType;
}

/** Every value of the configuration, in the order of the schema. */
export const SETTINGS: readonly Setting[] = [...walk(configSchema, [])];

/** The paths of all maps that hold settings, outer ones first. */
export const SECTIONS: readonly (readonly string[])[] = sectionPaths();

function sectionPaths(): (readonly string[])[] {
  const sections = SETTINGS.flatMap(({ path }) => path.slice(0, -1).map((_, index) => path.slice(0, index + 1)));
  return [...new Map(sections.map((path) => [path.join("."), path])).values()];
}

function* walk(object: z.ZodObject, parent: readonly string[]): Generator<Setting> {
  for (const [key, declared] of Object.entries(object.shape)) {
    const path = [...parent, key];
    const schema = declared as z.ZodType;
    const inner = unwrap(schema);
    if (inner instanceof z.ZodObject) yield* walk(inner, path);
    else yield setting(path, schema, inner);
  }
}

function setting(path: readonly string[], schema: z.ZodType, inner: z.ZodType): Setting {
  const kind = valueKinds.get(inner)?.kind;
  return {
    path,
    name: path.join("."),
    variable: variableName(path),
    kind,
    reading: readingOf(inner),
    default: defaultOf(schema),
    description: schema.description ?? inner.description ?? "",
    schema: inner,
  };
}

/** `["storage", "metadata", "urlFile"]` → `OPM_STORAGE_METADATA_URL_FILE` */
function variableName(path: readonly string[]): string {
  return `OPM_${path.map((key) => key.replace(/[A-Z]/g, "_$&").toUpperCase()).join("_")}`;
}

function readingOf(schema: z.ZodType): Setting["reading"] {
  if (schema instanceof z.ZodArray || schema instanceof z.ZodRecord) return "yaml";
  if (schema instanceof z.ZodUnion) return "scalar";
  return schema instanceof z.ZodNumber || schema instanceof z.ZodBoolean ? "scalar" : "text";
}

function unwrap(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return unwrap(schema.def.innerType as z.ZodType);
  return schema;
}

function defaultOf(schema: z.ZodType): unknown {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return schema.def.defaultValue;
  return schema instanceof z.ZodOptional ? defaultOf(schema.def.innerType as z.ZodType) : undefined;
}

/** The names of the settings whose values differ, in the order of the schema. */
export function changedSettings(before: Config, after: Config): string[] {
  return SETTINGS.filter(({ path }) => JSON.stringify(valueAt(before, path)) !== JSON.stringify(valueAt(after, path))).map(({ name }) => name);
}
