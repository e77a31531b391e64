import { ConfigError, type ConfigProblem } from "../../yaml/config-error.ts";
import type { YamlFile } from "../../yaml/yaml-file.ts";
import { ComponentError } from "../component-error.ts";
import type { Json } from "../descriptor/component-descriptor.ts";
import { isJsonObject } from "../descriptor/json-tree.ts";

/** Values of variables by name. */
export type Variables = ReadonlyMap<string, string>;

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

/** What stands for `$`, `{` and `}` of a variable while YAML is parsed, which would take braces for a map: of private use (Unicode, 23.5). */
const [DOLLAR, OPEN, CLOSE] = ["\uf8d0", "\uf8d1", "\uf8d2"];
const MARKED = new RegExp(`${DOLLAR}${OPEN}([^${CLOSE}]*)${CLOSE}`, "gu");

/** `$${`, which is written for a `${` that is to stay, or `${...}`. */
const WRITTEN = /\$\$\{|\$\{([^{}\n]*)\}/g;
const ESCAPED = "\uf8d3".repeat(3);

/** Parses arguments `NAME=value`. @throws ComponentError `invalid` */
export function parseVariables(texts: readonly string[]): Variables {
  return new Map(
    texts.map((text) => {
      const equals = text.indexOf("=");
      const name = text.slice(0, Math.max(equals, 0));
      if (!NAME.test(name)) throw new ComponentError("invalid", `'${text.slice(0, 80)}' sets no variable: expected NAME=value, e.g. VERSION=1.0.0`);
      return [name, text.slice(equals + 1)] as const;
    }),
  );
}

/** Marks the variables of a YAML text, so that values can neither change its structure nor move what stands where. */
export function markVariables(text: string): string {
  return text.replaceAll(WRITTEN, (written, name?: string) => (name === undefined ? ESCAPED : `${DOLLAR}${OPEN}${written.slice(2, -1)}${CLOSE}`));
}

/** Takes the marks away, for messages. */
export function unmarkVariables(text: string): string {
  return text.replaceAll(ESCAPED, "$$$${").replaceAll(DOLLAR, "$$").replaceAll(OPEN, "{").replaceAll(CLOSE, "}");
}

/**
 * Puts values in the places of variables, which are texts then, and `${` in that of `$${`.
 * @throws ConfigError that names each variable without a value, with the place where it stands
 */
export function replaceVariables(tree: Json, variables: Variables, yaml: YamlFile): Json {
  const problems: ConfigProblem[] = [];
  const replaceIn = (text: string, where: () => string) => {
    if (!text.includes(DOLLAR) && !text.includes(ESCAPED)) return text;
    const replaced = text.replaceAll(MARKED, (_, name: string) => {
      const value = variables.get(name);
      if (value === undefined) problems.push({ where: where(), path: "", message: problemOf(name) });
      return value ?? "";
    });
    return replaced.replaceAll(ESCAPED, () => "${");
  };
  const replace = (value: Json, path: readonly PropertyKey[]): Json => {
    if (typeof value === "string") return replaceIn(value, () => yaml.position(path));
    if (Array.isArray(value)) return value.map((item: Json, at) => replace(item, [...path, at]));
    if (!isJsonObject(value)) return value;
    const entries = Object.entries(value).map(
      ([key, item]) => [replaceIn(key, () => yaml.keyPosition(path, key)), replace(item ?? null, [...path, key])] as const,
    );
    return Object.fromEntries(entries);
  };
  const replaced = replace(tree, []);
  if (problems.length > 0) throw new ConfigError(problems);
  return replaced;
}

function problemOf(name: string): string {
  if (!NAME.test(name)) return `'\${${name.slice(0, 60)}}' names no variable: write $\${ for a \${ that is to stay`;
  return `the variable ${name} has no value: give it as ${name}=value, or take it from the environment with --env; write $\${ for a \${ that is to stay`;
}
