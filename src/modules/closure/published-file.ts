import { type CueStruct, type CueValue, parseCueData } from "../../artifacts/extractors/cue-data.ts";
import { ModuleError } from "../helper/helper.ts";
import type { ModuleVersion } from "../helper/protocol.ts";
import { splitModulePath } from "../module-path.ts";

/** What the module file of a published version says. */
export interface PublishedFile {
  /** With major. */
  readonly path: string;
  readonly dependencies: readonly ModuleVersion[];
}

/**
 * Reads the module file of a published version, which is plain data.
 * @param name for messages, what has it
 * @throws ModuleError `invalid`
 */
export function parsePublishedFile(text: string, name: string): PublishedFile {
  try {
    const file = parseCueData(text);
    const module = textOf(file.get("module"), "its module path is missing");
    const { base, major = "v0" } = splitModulePath(module);
    const dependencies = [...structOf(file.get("deps"))].map(([path, dependency]) => {
      const version = textOf(structOf(dependency).get("v"), `its dependency ${path} has no version`);
      return { path: path.includes("@") ? path : `${path}@${version.split(".")[0]}`, version };
    });
    return { path: `${base}@${major}`, dependencies };
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    throw new ModuleError("invalid", `the module file of ${name} cannot be read: ${cause.message}`, { cause });
  }
}

function textOf(value: CueValue | undefined, problem: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new Error(problem);
}

function structOf(value: CueValue | undefined): CueStruct {
  if (value === undefined) return new Map();
  if (value instanceof Map) return value;
  throw new Error("deps is not a struct of structs");
}
