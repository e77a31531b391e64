import type { DependencyKind } from "../../artifacts/facts.ts";
import { POLICY_LEVELS, type PolicyLevel, TAG_CLASSES, type TagClass } from "../../oci/tag-class.ts";
import type { ProjectDefinition, StoredType } from "../catalog-definitions.ts";

/** Numbers that stand for words in the tables of the catalog. Each list is in the order of its codes: only append. */

const VISIBILITIES: readonly ProjectDefinition["visibility"][] = ["private", "public"];

const TYPE_RULES: readonly StoredType["rule"][] = ["known", "allow", "deny"];

const DEPENDENCY_KINDS: readonly DependencyKind[] = ["helm-chart", "cue-module", "ocm-component", "base-image", "sbom-package"];

export function tagClassCode(tagClass: TagClass): number {
  return TAG_CLASSES.indexOf(tagClass);
}

export function tagClass(code: number): TagClass {
  return known(TAG_CLASSES, "tag class", code);
}

export function policyLevelCode(level: PolicyLevel): number {
  return POLICY_LEVELS.indexOf(level);
}

export function policyLevel(code: number): PolicyLevel {
  return known(POLICY_LEVELS, "policy level", code);
}

export function visibilityCode(visibility: ProjectDefinition["visibility"]): number {
  return VISIBILITIES.indexOf(visibility);
}

export function visibility(code: number): ProjectDefinition["visibility"] {
  return known(VISIBILITIES, "visibility", code);
}

export function typeRuleCode(rule: StoredType["rule"]): number {
  return TYPE_RULES.indexOf(rule);
}

export function typeRule(code: number): StoredType["rule"] {
  return known(TYPE_RULES, "rule of types", code);
}

export function dependencyKindCode(kind: DependencyKind): number {
  return DEPENDENCY_KINDS.indexOf(kind);
}

export function dependencyKind(code: number): DependencyKind {
  return known(DEPENDENCY_KINDS, "kind of dependency", code);
}

function known<T>(values: readonly T[], what: string, code: number): T {
  const value = values[code];
  if (value === undefined) throw new Error(`the metadata database holds an unknown ${what} ${code}`);
  return value;
}
