import { realpath } from "node:fs/promises";
import { dirname } from "node:path";
import { fileError } from "../../client/content/files.ts";
import { ConfigError, type ConfigProblem } from "../../yaml/config-error.ts";
import { readTextFile } from "../../yaml/read-text.ts";
import { parseYamlDocuments, type YamlFile } from "../../yaml/yaml-file.ts";
import { ComponentError } from "../component-error.ts";
import { identityKey } from "../descriptor/identity.ts";
import { isJsonObject, toJsonTree } from "../descriptor/json-tree.ts";
import { type ComponentSpec, componentSchema, componentsSchema } from "./constructor-schema.ts";
import { pathText, schemaProblems } from "./schema-problems.ts";
import { markVariables, replaceVariables, unmarkVariables, type Variables } from "./variables.ts";

/** Bytes of a constructor file: texts of inputs are in it, contents are not. */
const FILE_LIMIT = 4 * 1024 * 1024;

/** A component version to build, and where its parts stand in the file. */
export interface ComponentToBuild {
  readonly spec: ComponentSpec;
  /** `file:line:column: path` of a field of it, for messages. */
  place(...path: readonly PropertyKey[]): string;
}

export interface ConstructorFile {
  /** The folder that paths of inputs are relative to, links resolved. */
  readonly folder: string;
  readonly components: readonly ComponentToBuild[];
}

/**
 * Reads a constructor file: YAML or JSON of at most 4 MiB, one document or several, each with one component or with `components`.
 * @throws ConfigError with the place and the path of everything that is wrong; ClientError `not-found`
 */
export async function readConstructorFile(path: string, variables: Variables): Promise<ConstructorFile> {
  try {
    const text = await readTextFile(path, path, { limit: FILE_LIMIT, name: "constructor" });
    return { folder: await realpath(dirname(path)), components: parseConstructor(text, path, variables) };
  } catch (cause) {
    throw fileError(`cannot read ${path}`, cause);
  }
}

/** The same for a text. */
export function parseConstructor(text: string, name: string, variables: Variables): readonly ComponentToBuild[] {
  const documents = parseMarked(text, name);
  if (documents.length === 0)
    throw new ConfigError([{ where: name, path: "", message: "there is no component in it: expected components, or name and version" }]);
  const components = documents.flatMap((yaml) => componentsOf(yaml, name, variables));
  const problems = identityProblems(components);
  if (problems.length > 0) throw new ConfigError(problems);
  return components;
}

function parseMarked(text: string, name: string): readonly YamlFile[] {
  try {
    return parseYamlDocuments(markVariables(text), name);
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause;
    throw new ConfigError(
      cause.problems.map((problem) => ({ ...problem, message: unmarkVariables(problem.message) })),
      { cause },
    );
  }
}

function componentsOf(yaml: YamlFile, name: string, variables: Variables): readonly ComponentToBuild[] {
  const tree = replaceVariables(jsonOf(yaml, name), variables, yaml);
  const hasList = isJsonObject(tree) && tree.components !== undefined;
  const parsed = hasList ? componentsSchema.safeParse(tree) : componentSchema.safeParse(tree);
  const problems: ConfigProblem[] = [...yaml.duplicates];
  if (!parsed.success) problems.push(...schemaProblems(parsed.error.issues, hasList ? componentsSchema : componentSchema, yaml));
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  const specs = "components" in parsed.data ? parsed.data.components : [parsed.data];
  return specs.map((spec, at) => ({
    spec,
    place(...path) {
      const whole = hasList ? ["components", at, ...path] : path;
      return [yaml.position(whole), pathText(whole)].filter((part) => part !== "").join(": ");
    },
  }));
}

/** What JSON cannot say, a descriptor cannot. */
function jsonOf(yaml: YamlFile, name: string) {
  try {
    return toJsonTree(yaml.value, name);
  } catch (cause) {
    if (!(cause instanceof ComponentError)) throw cause;
    throw new ConfigError([{ where: "", path: "", message: cause.message }], { cause });
  }
}

/** What stands twice: component versions in a file, and in each of them elements that cannot be told apart, and labels. */
function identityProblems(components: readonly ComponentToBuild[]): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const check = (place: string, key: string, { seen, what }: { readonly seen: Map<string, string>; readonly what: string }) => {
    const first = seen.get(key);
    if (first === undefined) seen.set(key, place);
    else problems.push({ where: place, path: "", message: `duplicate ${what}: ${first} has the same` });
  };
  const versions = { seen: new Map<string, string>(), what: "component version" };
  for (const { spec, place } of components) {
    check(place(), `${spec.name}:${spec.version}`, versions);
    for (const kind of ["resources", "sources", "references", "componentReferences"] as const) {
      const elements = {
        seen: new Map<string, string>(),
        what: `${kind === "resources" ? "resource" : kind === "sources" ? "source" : "reference"}, by name, extra identity and version`,
      };
      for (const [at, { name, extraIdentity, version = spec.version, labels = [] }] of (spec[kind] ?? []).entries()) {
        check(place(kind, at), identityKey({ name, version, ...(extraIdentity && { extraIdentity }) }), elements);
        const names = { seen: new Map<string, string>(), what: "label" };
        for (const [index, label] of labels.entries()) check(place(kind, at, "labels", index), label.name, names);
      }
    }
    const names = { seen: new Map<string, string>(), what: "label" };
    for (const [index, label] of (spec.labels ?? []).entries()) check(place("labels", index), label.name, names);
  }
  return problems;
}
