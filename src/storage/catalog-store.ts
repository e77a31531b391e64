import type { ArtifactFacts, Dependency } from "../artifacts/facts.ts";
import type { Platform } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import type { EdgeKind } from "../oci/manifest.ts";
import type { ManifestKind } from "../oci/media-types.ts";
import type { RepositoryName } from "../oci/name.ts";
import type { Tag } from "../oci/tag.ts";
import type { TagClass, TagRule } from "../oci/tag-class.ts";
import type {
  CatalogChange,
  Description,
  Labels,
  NamespaceDefinition,
  ProjectDefinition,
  ProjectPolicies,
  RepositoryDefinition,
  StoredGrant,
  StoredNamespace,
  StoredProject,
  StoredType,
} from "./catalog-definitions.ts";
import type { PackageFilter, PackageQuery, Position, TagQuery, Visibility } from "./catalog-query.ts";
import type { Actor, Millis } from "./metadata-store.ts";

/** The part of the metadata store that makes a registry a package manager. All times Unix milliseconds, all sizes bytes. */

/** A refusal, or a warning, by a policy of the project or of the registry. */
export interface PolicyFinding {
  readonly policy: "types" | "versions" | "dependents";
  readonly level: "warn" | "enforce";
  /** One line: what, why, what to do next. */
  readonly message: string;
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

/** What a manifest is, for lists. */
export interface ManifestSummary {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly size: number;
  readonly kind: ManifestKind;
  readonly artifactType: string | undefined;
  readonly configMediaType: string | undefined;
  /** The effective type. */
  readonly type: string | undefined;
  readonly subject: Digest | undefined;
  /** Both may take megabytes: lists of tags have them only when they are filtered by one of them, else they are empty. */
  readonly annotations: Labels;
  readonly labels: Labels;
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly platforms: readonly string[];
  /** Types of its referrers and how many there are of each. */
  readonly referrers: Readonly<Record<string, number>>;
  readonly signed: boolean;
  readonly pushedAt: Millis;
  readonly pushedBy: string;
  /** Why the artifact is not what its type says. */
  readonly problem: string | undefined;
}

export interface TagRow {
  readonly tag: Tag;
  readonly class: TagClass;
  readonly rule: TagRule;
  readonly version: string | undefined;
  readonly prerelease: boolean;
  readonly manifest: ManifestSummary;
  /** For a floating tag: the highest version that points to the same manifest. */
  readonly resolvesTo: Tag | undefined;
  /** How often it pointed to something else. */
  readonly moves: number;
  readonly createdAt: Millis;
  readonly updatedAt: Millis;
  readonly pulls: number;
  readonly pulledAt: Millis | undefined;
}

export interface TagPage {
  readonly rows: readonly TagRow[];
  readonly next: Position | undefined;
}

/** An edge of the graph within one repository. */
export interface GraphEdge {
  readonly from: Digest;
  readonly to: Digest;
  readonly kind: EdgeKind;
  readonly position: number;
  readonly size: number;
  readonly mediaType: string;
  readonly artifactType: string | undefined;
  readonly platform: Platform | undefined;
}

/** A visible manifest as a node of the graph; whatever else an edge names is a blob, or not there. */
export interface GraphManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly size: number;
  readonly type: string | undefined;
  readonly tags: readonly Tag[];
}

/** Content that a repository has. */
export interface HeldContent {
  readonly digest: Digest;
  readonly kind: "manifest" | "blob";
  /** Of a manifest. */
  readonly mediaType: string | undefined;
  readonly size: number;
  /** Of a manifest: it is not visible any more. */
  readonly deleted: boolean;
}

export interface ContentUse {
  readonly repository: RepositoryName;
  readonly manifest: Digest;
  readonly kind: EdgeKind | "manifest";
  readonly tags: readonly Tag[];
}

export interface DeclaredDependency extends Dependency {
  /** The manifest that says so: the artifact itself, or an SBOM that refers to it. */
  readonly declaredBy: Digest;
}

export interface DependentRow {
  readonly repository: RepositoryName;
  /** The artifact that depends: the subject, when an SBOM says so. */
  readonly digest: Digest;
  readonly declaredBy: Digest;
  readonly tags: readonly Tag[];
  readonly dependency: Dependency;
}

/** Use of one content by one repository, for statistics. */
export interface ContentLink {
  readonly repository: RepositoryName;
  readonly repositoryId: number;
  /** Small integer that stands for the content in this database. */
  readonly contentId: number;
  readonly size: number;
  /** Visible manifests of the repository that refer to it, counted by edge. */
  readonly references: number;
  /** Nothing in the repository needs it. */
  readonly loose: boolean;
  readonly linkedAt: Millis;
}

/** Questions of the catalog. None of them changes anything; each looks at a bounded number of rows. */
export interface CatalogReader {
  listPackages(query: PackageQuery): Promise<PackagePage>;
  /** One row as the list has it. */
  packageRow(name: RepositoryName): Promise<PackageRow | undefined>;
  /** At most `cap` are counted; `approximate` says that there may be more. */
  countPackages(filter: PackageFilter, visible: Visibility, cap: number): Promise<{ readonly count: number; readonly approximate: boolean }>;
  packageFacets(filter: PackageFilter, visible: Visibility, candidates: number): Promise<Facets>;
  /** Ranked: exact name, start of the name, title, description, others; among equals the one pulled more. */
  searchPackages(filter: PackageFilter & { readonly text: string }, visible: Visibility, limit: number): Promise<SearchResult>;
  /** Namespaces with a visible repository, by name. With `visible.all` also empty ones. */
  listNamespaces(page: { readonly after?: string | undefined; readonly limit: number; readonly visible: Visibility }): Promise<NamespaceRow[]>;
  /** By namespace and name; `after` is `namespace/name`. */
  listProjects(page: {
    readonly namespace?: string | undefined;
    readonly after?: string | undefined;
    readonly limit: number;
    readonly visible: Visibility;
  }): Promise<ProjectRow[]>;
  project(namespace: string, name: string): Promise<StoredProject | undefined>;
  namespace(name: string): Promise<StoredNamespace | undefined>;
  /** The policies that hold for a repository, or will when it is created. */
  policies(repository: RepositoryName): Promise<ProjectPolicies>;
  repositoryDefinition(name: RepositoryName): Promise<(RepositoryDefinition & { readonly declared: boolean }) | undefined>;

  /** Undefined when the repository is unknown. */
  listTagRows(query: TagQuery): Promise<TagPage | undefined>;
  tagRow(repository: RepositoryName, tag: Tag): Promise<TagRow | undefined>;
  manifestSummary(repository: RepositoryName, digest: Digest): Promise<ManifestSummary | undefined>;
  tagsOf(repository: RepositoryName, digest: Digest, limit: number): Promise<Tag[]>;

  /** Edges out of these manifests, at most `limit`, by manifest and position. */
  edgesFrom(repository: RepositoryName, digests: readonly Digest[], limit: number): Promise<GraphEdge[]>;
  /** Edges of visible manifests into these contents, at most `limit`. */
  edgesTo(repository: RepositoryName, digests: readonly Digest[], limit: number): Promise<GraphEdge[]>;
  /** Those of the digests that are visible manifests of the repository. */
  graphManifests(repository: RepositoryName, digests: readonly Digest[]): Promise<GraphManifest[]>;
  /** Those of the digests that the repository has: blobs, and manifests, also deleted ones that can still be restored. */
  heldContent(repository: RepositoryName, digests: readonly Digest[]): Promise<HeldContent[]>;
  /** Effective types of a manifest and of what it lists, each once; deleted ones, also with their repository, still count. */
  typesOf(repository: RepositoryName, digest: Digest): Promise<string[]>;
  /** Where content is used, by repository and manifest: the next `limit` uses that are visible, and `next` only when there is another. */
  contentUses(request: {
    readonly digest: Digest;
    readonly after?: Position | undefined;
    readonly limit: number;
    readonly visible: Visibility;
  }): Promise<{ readonly rows: readonly ContentUse[]; readonly next: Position | undefined }>;

  /** What the artifact declares, and what SBOMs that refer to it declare for it. */
  dependencies(
    repository: RepositoryName,
    digest: Digest,
    page: { readonly after?: number | undefined; readonly limit: number },
  ): Promise<{
    readonly rows: readonly DeclaredDependency[];
    readonly next: number | undefined;
  }>;
  /** Keys that manifests of the repository provide, `oci:<name>` among them; at most 100. */
  providedKeys(repository: RepositoryName): Promise<string[]>;
  /** Repositories that provide a key, by name. */
  providers(key: string, visible: Visibility, limit: number): Promise<RepositoryName[]>;
  /** Who declares that it needs one of the keys, or this very digest; pages as those of `contentUses`. */
  dependents(request: {
    readonly keys: readonly string[];
    readonly digest?: Digest | undefined;
    readonly after?: number | undefined;
    readonly limit: number;
    readonly visible: Visibility;
  }): Promise<{ readonly rows: readonly DependentRow[]; readonly next: number | undefined }>;

  /** All uses of content by repositories in the order of (repositoryId, contentId), in pages: for statistics. */
  contentLinks(page: {
    readonly after?: { readonly repositoryId: number; readonly contentId: number } | undefined;
    readonly repository?: RepositoryName | undefined;
    readonly limit: number;
  }): Promise<ContentLink[]>;
  /** Those of the contents, by their integers, that a manifest of some visible repository needs. */
  neededContent(contentIds: readonly number[], visible: Visibility): Promise<number[]>;

  /** Everything that was declared, for export and for the evaluation of rights; `revision` changes with it. */
  declaredCatalog(): Promise<{
    readonly revision: number;
    readonly namespaces: readonly NamespaceDefinition[];
    readonly projects: readonly ProjectDefinition[];
    readonly repositories: readonly RepositoryDefinition[];
    readonly grants: readonly StoredGrant[];
    readonly types: readonly StoredType[];
  }>;
  catalogRevision(): Promise<number>;
  /** Visible manifests whose content no extractor has read, oldest first. */
  manifestsWithoutFacts(limit: number): Promise<{ readonly repository: RepositoryName; readonly digest: Digest; readonly pushedBy: string }[]>;
}

/** Changes of the catalog, each one transaction. */
export interface CatalogWriter {
  /**
   * @throws MetadataStoreError `conflict` with a message for the user when a step cannot be done; then none is
   */
  changeCatalog(request: { readonly changes: readonly CatalogChange[]; readonly actor: Actor; readonly now: Millis }): Promise<void>;
  /** Points a tag to a manifest that the repository still has, deleted or not, under the version and type policies. `gone`: its content was collected. */
  restoreTag(request: {
    readonly repository: RepositoryName;
    readonly tag: Tag;
    readonly digest: Digest;
    readonly actor: Actor;
    readonly now: Millis;
  }): Promise<
    | { readonly outcome: "restored"; readonly warnings: readonly PolicyFinding[] }
    | { readonly outcome: "same" | "gone" }
    | { readonly outcome: "refused"; readonly finding: PolicyFinding }
  >;
  /** Removes those tags that still point to the digest given, at most 1000 in one call; returns which. */
  pruneTags(request: {
    readonly repository: RepositoryName;
    readonly tags: readonly { readonly tag: Tag; readonly digest: Digest }[];
    readonly actor: Actor;
    readonly now: Millis;
  }): Promise<Tag[]>;
  /** Points a tag to a manifest of the repository under the version and type policies. `unknown`: there is no such manifest. */
  putTag(request: {
    readonly repository: RepositoryName;
    readonly tag: Tag;
    readonly digest: Digest;
    readonly actor: Actor;
    readonly now: Millis;
  }): Promise<
    | { readonly outcome: "stored"; readonly warnings: readonly PolicyFinding[] }
    | { readonly outcome: "unknown" }
    | { readonly outcome: "refused"; readonly finding: PolicyFinding }
  >;
  /** Adds to the counts of pulls; relaxed. */
  countPulls(
    pulls: readonly { readonly repository: RepositoryName; readonly tag: Tag | undefined; readonly count: number; readonly at: Millis }[],
  ): Promise<void>;
  /** Stores what extractors read of a manifest that is there; relaxed. */
  putFacts(request: { readonly repository: RepositoryName; readonly digest: Digest; readonly facts: ArtifactFacts }): Promise<void>;
}
