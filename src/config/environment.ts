import { parse } from "yaml";
import { nearestName } from "../nearest-name.ts";
import type { ConfigProblem } from "../yaml/config-error.ts";
import { SETTINGS, type Setting } from "./settings.ts";
import { VARIABLES } from "./variables.ts";

/** Variables that nobody sets for opm. Kubernetes sets those of SERVICE and PORT for a service that is named opm. */
const OTHER_VARIABLES = /^OPM_(?:TEST_.*|BENCH_.*|SERVICE_.*|PORT|PORT_.*)$/;

/** A value from the environment or a flag, before it is checked. */
export interface GivenValue {
  readonly setting: Setting;
  readonly value: unknown;
  /** `OPM_LISTEN` or `--listen` */
  readonly where: string;
}

export interface EnvironmentValues {
  readonly values: readonly GivenValue[];
  readonly problems: readonly ConfigProblem[];
  /** Lines about variables that look like settings and are none. */
  readonly warnings: readonly string[];
}

/** Reads the settings that the environment gives. An empty variable counts as not set. */
export function readEnvironment(environment: Readonly<Record<string, string | undefined>>): EnvironmentValues {
  const values: GivenValue[] = [];
  const problems: ConfigProblem[] = [];
  for (const setting of SETTINGS) {
    const text = environment[setting.variable];
    if (text === undefined || text === "") continue;
    try {
      values.push({ setting, value: readValue(setting, text), where: setting.variable });
    } catch {
      problems.push({ where: setting.variable, path: setting.name, message: "expected a list or a map, written as YAML or JSON" });
    }
  }
  return { values, problems, warnings: unknownVariables(environment) };
}

/** What the text of a variable or a flag stands for, before it is checked. */
export function readValue(setting: Setting, text: string): unknown {
  if (setting.reading === "text") return text;
  if (setting.reading === "yaml") return parse(text, { maxAliasCount: 0 });
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return Number(text);
  return text === "true" || text === "false" ? text === "true" : text;
}

function unknownVariables(environment: Readonly<Record<string, string | undefined>>): string[] {
  const known = SETTINGS.map(({ variable }) => variable);
  return Object.keys(environment)
    .filter((name) => name.startsWith("OPM_") && !known.includes(name) && !VARIABLES.has(name) && !OTHER_VARIABLES.test(name))
    .map((name) => {
      const near = nearestName(name, [...known, ...VARIABLES.keys()]);
      return `${name} is no setting and is ignored${near === undefined ? "" : `; did you mean ${near}?`}`;
    });
}
