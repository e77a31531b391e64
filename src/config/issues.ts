import type { z } from "zod";
import { nearestName } from "../nearest-name.ts";
import type { ConfigProblem } from "../yaml/config-error.ts";
import type { YamlFile } from "../yaml/yaml-file.ts";
import type { GivenValue } from "./environment.ts";
import { SETTINGS } from "./settings.ts";
import { valueAt } from "./value-tree.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** What the schema found wrong, with the place where each value was written. */
export function describeIssues(issues: readonly Issue[], given: readonly GivenValue[], yaml: YamlFile | undefined): ConfigProblem[] {
  return issues.flatMap((issue): ConfigProblem[] => {
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(issue.path, key, given, yaml));
    return [{ where: placeOf(issue.path, given, yaml), path: pathText(issue.path), message: message(issue) }];
  });
}

function unknownKey(parent: Path, key: string, given: readonly GivenValue[], yaml: YamlFile | undefined): ConfigProblem {
  const near = nearestName(key, siblings(parent));
  const where = givenAt(parent, given)?.where ?? yaml?.keyPosition(parent, key) ?? "";
  return { where, path: pathText([...parent, key]), message: `unknown key${near === undefined ? "" : `; did you mean ${near}?`}` };
}

/** The keys that may stand at a path, as far as they are settings or hold settings. */
function siblings(parent: Path): string[] {
  const keys = SETTINGS.filter(({ path }) => startsWith(path, parent)).map(({ path }) => path[parent.length] ?? "");
  return [...new Set(keys)];
}

/** Where the value stands, or the nearest thing around it that somebody wrote. */
function placeOf(path: Path, given: readonly GivenValue[], yaml: YamlFile | undefined): string {
  const direct = givenAt(path, given);
  if (direct !== undefined) return direct.where;
  for (let length = path.length; length > 0; length--) {
    const around = path.slice(0, length);
    if (yaml !== undefined && valueAt(yaml.value, around.map(String)) !== undefined) return yaml.position(path);
    const value = given.find(({ setting }) => startsWith(setting.path, around));
    if (value !== undefined) return value.where;
  }
  return yaml === undefined || path.length > 0 ? "" : yaml.position(path);
}

function givenAt(path: Path, given: readonly GivenValue[]): GivenValue | undefined {
  return given.find(({ setting }) => startsWith(path, setting.path));
}

function startsWith(path: Path, prefix: Path): boolean {
  return prefix.every((key, index) => path[index] === key);
}

/** `access.grants[0].actions` */
function pathText(path: Path): string {
  return path.map((key, index) => (typeof key === "number" ? `[${key}]` : `${index === 0 ? "" : "."}${String(key)}`)).join("");
}

function message(issue: Issue): string {
  if (issue.code === "invalid_type" && issue.input === undefined && issue.message.endsWith("received undefined")) return "is required";
  if (issue.code === "invalid_value")
    return `expected ${issue.values
      .map(String)
      .join(", ")
      .replace(/, ([^,]*)$/, " or $1")}`;
  const text = issue.message.replace(/^Invalid input: /, "");
  return text === "" ? "not valid" : text.charAt(0).toLowerCase() + text.slice(1);
}
