import type { DependencyChange, Diagnostic, ModuleFile } from "../helper/protocol.ts";

const REMEDY = "run 'opm mod tidy'";

/**
 * What keeps a module from being tidy, with the imports that are to blame; at least one finding.
 * @param dependencies say where in the module file what is not needed stands
 */
export function untidyFindings(changes: readonly DependencyChange[], dependencies: ModuleFile["dependencies"] = []): Diagnostic[] {
  if (changes.length === 0) return [{ check: "tidy", message: `cue.mod/module.cue is not as it would be written: ${REMEDY}`, positions: [] }];
  return changes.map((change) => {
    const stated = dependencies.filter(({ path }) => path === change.path).map(({ position }) => position);
    const positions = change.imports.length > 0 ? change.imports.map(({ position }) => position) : stated;
    return { check: "tidy", message: describe(change), positions };
  });
}

function describe({ path, from, to, imports }: DependencyChange): string {
  const [first] = imports;
  if (from !== undefined && to === undefined) return `${path} ${from} is in deps, but nothing needs it: ${REMEDY}`;
  if (from !== undefined && from !== to) return `${path} is ${from} in deps, where ${to} is needed: ${REMEDY}`;
  if (from !== undefined) return `${path} is not marked in deps as the imports need it: ${REMEDY}`;
  const needed = first === undefined || first.import === path ? "" : `, which provides the import ${JSON.stringify(first.import)}`;
  return `deps lack ${path}${needed}: ${REMEDY}`;
}
