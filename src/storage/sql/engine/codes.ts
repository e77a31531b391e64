import type { DependencyKind } from "../../../artifacts/facts.ts";
import type { EdgeKind } from "../../../oci/manifest.ts";
import { POLICY_LEVELS, type PolicyLevel, TAG_CLASSES, type TagClass } from "../../../oci/tag-class.ts";
import type { ProjectDefinition, StoredType } from "../../metadata/catalog/definitions.ts";
import type { TagOperation } from "../../metadata/tags.ts";

/** Numbers that stand for words in the tables. Each list is in the order of its codes: only append. */

/**
 * States of content in the content store. Below `linked` are the candidates of the collector, as the partial index
 * `content_candidate` has it (`state < 3`).
 */
export const CONTENT = {
  /** About to be stored: its bytes may be there. */
  reserved: 0,
  /** Stored; a link to it went, so perhaps it was the last. */
  unlinked: 1,
  /** Being removed: nobody may link it. */
  collecting: 2,
  /** Stored and linked by a repository. */
  linked: 3,
  /** Not stored: only manifests refer to it, or it is a manifest. */
  absent: 4,
} as const;

export const MANIFEST_KIND = { image: 0, index: 1 } as const;

const EDGE_KINDS: readonly EdgeKind[] = ["config", "layer", "child", "subject"];

export const CHILD_EDGE = 2;

export function edgeKindCode(kind: EdgeKind): number {
  return EDGE_KINDS.indexOf(kind);
}

export function edgeKind(code: number): EdgeKind {
  return known(EDGE_KINDS[code], "edge kind", code);
}

const TAG_OPERATIONS: readonly TagOperation[] = ["create", "move", "delete", "restore"];

export function tagOperationCode(operation: TagOperation): number {
  return TAG_OPERATIONS.indexOf(operation);
}

export function tagOperation(code: number): TagOperation {
  return known(TAG_OPERATIONS[code], "tag operation", code);
}

const VISIBILITIES: readonly ProjectDefinition["visibility"][] = ["private", "public"];

const TYPE_RULES: readonly StoredType["rule"][] = ["known", "allow", "deny"];

const DEPENDENCY_KINDS: readonly DependencyKind[] = ["helm-chart", "cue-module", "ocm-component", "base-image", "sbom-package"];

export function tagClassCode(tagClass: TagClass): number {
  return TAG_CLASSES.indexOf(tagClass);
}

export function tagClass(code: number): TagClass {
  return known(TAG_CLASSES[code], "tag class", code);
}

export function policyLevelCode(level: PolicyLevel): number {
  return POLICY_LEVELS.indexOf(level);
}

export function policyLevel(code: number): PolicyLevel {
  return known(POLICY_LEVELS[code], "policy level", code);
}

export function visibilityCode(visibility: ProjectDefinition["visibility"]): number {
  return VISIBILITIES.indexOf(visibility);
}

export function visibility(code: number): ProjectDefinition["visibility"] {
  return known(VISIBILITIES[code], "visibility", code);
}

export function typeRuleCode(rule: StoredType["rule"]): number {
  return TYPE_RULES.indexOf(rule);
}

export function typeRule(code: number): StoredType["rule"] {
  return known(TYPE_RULES[code], "rule of types", code);
}

export function dependencyKindCode(kind: DependencyKind): number {
  return DEPENDENCY_KINDS.indexOf(kind);
}

export function dependencyKind(code: number): DependencyKind {
  return known(DEPENDENCY_KINDS[code], "kind of dependency", code);
}

function known<T>(value: T | undefined, what: string, code: number): T {
  if (value === undefined) throw new Error(`the metadata database holds an unknown ${what} ${code}`);
  return value;
}
