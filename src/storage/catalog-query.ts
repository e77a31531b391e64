import type { RepositoryName } from "../oci/name.ts";
import type { TagClass } from "../oci/tag-class.ts";
import type { Millis } from "./metadata-store.ts";

/** Which repositories a caller may see. */
export interface Visibility {
  /** Every visible name starts with one of these; undefined: no such restriction. */
  readonly prefixes: readonly string[] | undefined;
  readonly all: boolean;
  matches(name: string): boolean;
}

/** All given conditions hold (AND); of a list of values one suffices (OR), unless it says otherwise. */
export interface PackageFilter {
  readonly namespace?: string | undefined;
  readonly project?: string | undefined;
  /** Glob as in grants; without `*` a substring of the name, looked for in a bounded set of candidates. */
  readonly name?: string | undefined;
  /** Effective types. */
  readonly types?: readonly string[] | undefined;
  readonly artifactTypes?: readonly string[] | undefined;
  readonly configMediaTypes?: readonly string[] | undefined;
  readonly mediaTypes?: readonly string[] | undefined;
  /** `os/architecture[/variant]` */
  readonly platforms?: readonly string[] | undefined;
  readonly classes?: readonly TagClass[] | undefined;
  /** `key` or `key=value`; each must hold. */
  readonly annotations?: readonly string[] | undefined;
  /** Of image configs, and those declared for the repository; `key` or `key=value`; each must hold. */
  readonly labels?: readonly string[] | undefined;
  readonly signed?: boolean | undefined;
  /** Artifact types of referrers; each must be there. */
  readonly referrers?: readonly string[] | undefined;
  readonly since?: Millis | undefined;
  readonly until?: Millis | undefined;
  /** Words that must all be there, the last as a prefix. */
  readonly text?: string | undefined;
}

export type PackageSort = "name" | "updated" | "pulls" | "semver";

/** Where a page ends: the sort key and the name of its last row. */
export interface Position {
  readonly key: string | number;
  readonly name: string;
}

export interface PackageQuery {
  readonly filter: PackageFilter;
  readonly sort: { readonly by: PackageSort; readonly descending: boolean };
  readonly after?: Position | undefined;
  readonly limit: number;
  readonly visible: Visibility;
}

export interface TagFilter {
  readonly classes?: readonly TagClass[] | undefined;
  /** Glob over tags (`*` only). */
  readonly name?: string | undefined;
  readonly types?: readonly string[] | undefined;
  readonly platforms?: readonly string[] | undefined;
  readonly annotations?: readonly string[] | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly signed?: boolean | undefined;
  readonly referrers?: readonly string[] | undefined;
  readonly since?: Millis | undefined;
  readonly until?: Millis | undefined;
  /** Bounds of `versionKey`, inclusive; rows without one are left out when a bound is given. */
  readonly lowest?: string | undefined;
  readonly highest?: string | undefined;
  readonly prereleases?: boolean | undefined;
}

export interface TagQuery {
  readonly repository: RepositoryName;
  readonly filter: TagFilter;
  /** `semver` lists versions only, in their order. */
  readonly sort: { readonly by: "name" | "updated" | "semver" | "pulls"; readonly descending: boolean };
  readonly after?: Position | undefined;
  readonly limit: number;
}
