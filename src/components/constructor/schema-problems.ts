import * as z from "zod/mini";
import { nearestName } from "../../nearest-name.ts";
import type { ConfigProblem } from "../../yaml/config-error.ts";
import type { YamlFile } from "../../yaml/yaml-file.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** What a schema found wrong with a document, with the place and the path of each field. */
export function schemaProblems(issues: readonly Issue[], schema: z.core.$ZodType, yaml: YamlFile): ConfigProblem[] {
  return issues.flatMap((issue) => problemsOf(issue, { schema, yaml, above: [] }));
}

interface Place {
  readonly schema: z.core.$ZodType;
  readonly yaml: YamlFile;
  /** The path that the issue's own path begins at. */
  readonly above: Path;
}

function problemsOf(issue: Issue, place: Place): ConfigProblem[] {
  const { schema, yaml, above } = place;
  const path = [...above, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    const known = keysAt([schema], path);
    return issue.keys.map((key) => {
      const near = nearestName(key, known);
      const message = `unknown field: expected ${near ?? known.join(", ")}`;
      return { where: yaml.keyPosition(path, key), path: pathText([...path, key]), message };
    });
  }
  if (issue.code === "invalid_key") {
    const key = String(path.at(-1) ?? "");
    return [{ where: yaml.keyPosition(path.slice(0, -1), key), path: pathText(path), message: issue.issues[0]?.message ?? "is no name" }];
  }
  if (issue.code === "invalid_union") {
    const [fitting] = issue.errors.filter((errors) => !errors.some((each) => each.code === "invalid_type" && each.path.length === 0));
    if (fitting !== undefined) return fitting.flatMap((each) => problemsOf(each, { ...place, above: path }));
  }
  return [{ where: yaml.position(path), path: pathText(path), message: messageOf(issue) }];
}

const EXPECTED: Readonly<Record<string, string>> = { boolean: "true or false", array: "a list", object: "fields below it", record: "names and texts below it" };

function messageOf(issue: Issue): string {
  if (issue.code === "invalid_value") return `expected ${issue.values.map(String).join(" or ")}`;
  if (issue.code === "invalid_type" && issue.message.startsWith("Invalid input")) return `expected ${EXPECTED[issue.expected] ?? issue.expected}`;
  return issue.message;
}

/** The fields that may stand at a path. */
function keysAt(schemas: readonly z.core.$ZodType[], path: Path): string[] {
  const [key, ...rest] = path;
  const plain = schemas.flatMap(alternatives);
  if (key === undefined) return [...new Set(plain.flatMap((schema) => (schema instanceof z.core.$ZodObject ? Object.keys(schema._zod.def.shape) : [])))];
  return keysAt(
    plain.flatMap((schema) => childOf(schema, key) ?? []),
    rest,
  );
}

function childOf(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType | undefined {
  if (schema instanceof z.core.$ZodObject) return schema._zod.def.shape[String(key)];
  return schema instanceof z.core.$ZodArray ? schema._zod.def.element : undefined;
}

function alternatives(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  if (schema instanceof z.core.$ZodOptional) return alternatives(schema._zod.def.innerType);
  return schema instanceof z.core.$ZodUnion ? schema._zod.def.options.flatMap(alternatives) : [schema];
}

/** `components[0].resources[1].input.path` */
export function pathText(path: Path): string {
  return path.map((key, at) => (typeof key === "number" ? `[${key}]` : `${at === 0 ? "" : "."}${String(key)}`)).join("");
}
