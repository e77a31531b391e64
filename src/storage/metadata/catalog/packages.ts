import type { Digest } from "../../../oci/digest.ts";
import type { RepositoryName } from "../../../oci/name.ts";
import type { Tag } from "../../../oci/tag.ts";
import type { TagClass } from "../../../oci/tag-class.ts";
import type { Millis, Position, Visibility } from "../records.ts";
import type { Description, StoredNamespace, StoredProject } from "./definitions.ts";
import type { ProjectPolicies } from "./policies.ts";

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

export interface PackageQuery {
  readonly filter: PackageFilter;
  readonly sort: { readonly by: PackageSort; readonly descending: boolean };
  readonly after?: Position | undefined;
  readonly limit: number;
  readonly visible: Visibility;
}

/** `description` is what was declared, else what the latest version says of itself. */
export interface PackageRow extends Description {
  readonly declared: { readonly description: string | undefined; readonly contentType: string | undefined };
  readonly name: RepositoryName;
  readonly namespace: string;
  readonly project: string;
  readonly contentType: string | undefined;
  readonly policies: ProjectPolicies;
  readonly visibility: "private" | "public";
  readonly title: string | undefined;
  /** Highest version that is no pre-release, else the highest, else the tag that was changed last. */
  readonly latest: { readonly tag: Tag; readonly version: string | undefined; readonly digest: Digest } | undefined;
  readonly counts: { readonly tags: number; readonly versions: number; readonly manifests: number };
  readonly platforms: readonly string[];
  readonly signed: boolean;
  readonly pulls: number;
  readonly createdAt: Millis;
  readonly updatedAt: Millis;
}

export interface PackagePage {
  readonly rows: readonly PackageRow[];
  /** Undefined: there is no more. A page may be short, even empty, and have a next one: the look at candidates is bounded. */
  readonly next: Position | undefined;
}

/** `approximate`: only a bounded set of candidates was looked at. */
export interface Facets {
  readonly facets: Readonly<Record<string, readonly { readonly value: string; readonly count: number }[]>>;
  readonly candidates: number;
  readonly approximate: boolean;
}

export interface SearchResult {
  readonly rows: readonly (PackageRow & { readonly score: number })[];
  readonly approximate: boolean;
}

export interface NamespaceRow extends StoredNamespace {
  readonly repositories: number;
  readonly createdAt: Millis | undefined;
}

export interface ProjectRow extends StoredProject {
  readonly repositoryCount: number;
}

/** Packages (repositories as the catalog shows them), and the projects and namespaces that they lie in: only what the caller may see. */
export interface PackageStore {
  list(query: PackageQuery): Promise<PackagePage>;
  /** One row as the list has it. */
  find(name: RepositoryName): Promise<PackageRow | undefined>;
  /** At most `cap` are counted; `approximate` says that there may be more. */
  count(filter: PackageFilter, visible: Visibility, cap: number): Promise<{ readonly count: number; readonly approximate: boolean }>;
  facets(filter: PackageFilter, visible: Visibility, candidates: number): Promise<Facets>;
  /** Ranked: exact name, start of the name, title, description, others; among equals the one pulled more. */
  search(filter: PackageFilter & { readonly text: string }, visible: Visibility, limit: number): Promise<SearchResult>;
  /** Namespaces with a visible repository, by name. With `visible.all` also empty ones. */
  listNamespaces(page: { readonly after?: string | undefined; readonly limit: number; readonly visible: Visibility }): Promise<NamespaceRow[]>;
  /** By namespace and name; `after` is `namespace/name`. */
  listProjects(page: {
    readonly namespace?: string | undefined;
    readonly after?: string | undefined;
    readonly limit: number;
    readonly visible: Visibility;
  }): Promise<ProjectRow[]>;
}
