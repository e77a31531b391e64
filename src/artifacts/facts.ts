import type { Platform } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";

export type DependencyKind = "helm-chart" | "cue-module" | "ocm-component" | "base-image" | "sbom-package";

/** Declared by an SBOM, such a dependency is one of its subject; the others are the declaring artifact's own. */
export const OF_SUBJECT = "sbom-package" satisfies DependencyKind;

/** What an artifact declares that it needs. */
export interface Dependency {
  readonly kind: DependencyKind;
  /**
   * What is needed, comparable with {@link ArtifactFacts.provides}: `oci:<repository path>`, `cue:<module path without @major>`,
   * `ocm:<component name>`, `helm:<repository url>/<name>`, `pkg:<purl without version and qualifiers>`.
   */
  readonly key: string;
  /** As its author wrote it, for people. */
  readonly name: string;
  /** Registry host as declared, when there is one. */
  readonly registry?: string;
  /** Version or semver range as declared. */
  readonly requirement?: string;
  readonly digest?: Digest;
}

/** What an artifact says about itself. */
export interface ArtifactFacts {
  /** From the image config; an index carries those of its children in its edges. */
  readonly platforms: readonly Platform[];
  /** Labels of the image config. */
  readonly labels: Readonly<Record<string, string>>;
  /** From annotations, chart metadata, labels and the like; so are the two below. */
  readonly title?: string;
  readonly description?: string;
  readonly version?: string;
  /** Keys that dependencies of others may name. The caller adds `oci:<repository path>`. */
  readonly provides: readonly string[];
  /** Of the manifest itself, or of its subject when the artifact is an SBOM. */
  readonly dependencies: readonly Dependency[];
  /** Why the artifact is not what its type says, in one line; undefined when all was read. */
  readonly problem?: string;
  /** True when there was more than the limits let in. */
  readonly truncated: boolean;
}
