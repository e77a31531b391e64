import type { PolicyLevel } from "../../../oci/tag-class.ts";

export interface ProjectPolicies {
  /** Tags of one repository have one content type; `image.config.v1+json` is for images only. */
  readonly types: PolicyLevel;
  /** Tags of class `semver` are immutable. */
  readonly versions: PolicyLevel;
  /** What others depend on stays. */
  readonly dependents: PolicyLevel;
}

export const DEFAULT_POLICIES: ProjectPolicies = { types: "warn", versions: "warn", dependents: "warn" };

/** A refusal, or a warning, by a policy of the project or of the registry. */
export interface PolicyFinding {
  readonly policy: "types" | "versions" | "dependents";
  readonly level: "warn" | "enforce";
  /** One line: what, why, what to do next. */
  readonly message: string;
}
