import type { Dependency } from "../../../artifacts/facts.ts";
import type { Platform } from "../../../oci/descriptor.ts";
import type { Digest } from "../../../oci/digest.ts";
import type { EdgeKind } from "../../../oci/manifest.ts";
import type { RepositoryName } from "../../../oci/name.ts";
import type { Tag } from "../../../oci/tag.ts";
import type { Millis, Position, Visibility } from "../records.ts";

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

/** The graph of content, within one repository and between them, and what artifacts declare that they depend on. It is asked, and changes with the pushes. */
export interface GraphStore {
  /** Edges out of these manifests, at most `limit`, by manifest and position. */
  edgesFrom(repository: RepositoryName, digests: readonly Digest[], limit: number): Promise<GraphEdge[]>;
  /** Edges of visible manifests into these contents, at most `limit`. */
  edgesTo(repository: RepositoryName, digests: readonly Digest[], limit: number): Promise<GraphEdge[]>;
  /** Those of the digests that are visible manifests of the repository. */
  manifests(repository: RepositoryName, digests: readonly Digest[]): Promise<GraphManifest[]>;
  /** Those of the digests that the repository has: blobs, and manifests, also deleted ones that can still be restored. */
  held(repository: RepositoryName, digests: readonly Digest[]): Promise<HeldContent[]>;
  /** Where content is used, by repository and manifest: the next `limit` uses that are visible, and `next` only when there is another. */
  uses(request: {
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
  /** Who declares that it needs one of the keys, or this very digest; pages as those of `uses`. */
  dependents(request: {
    readonly keys: readonly string[];
    readonly digest?: Digest | undefined;
    readonly after?: number | undefined;
    readonly limit: number;
    readonly visible: Visibility;
  }): Promise<{ readonly rows: readonly DependentRow[]; readonly next: number | undefined }>;

  /** All uses of content by repositories in the order of (repositoryId, contentId), in pages: for statistics. */
  links(page: {
    readonly after?: { readonly repositoryId: number; readonly contentId: number } | undefined;
    readonly repository?: RepositoryName | undefined;
    readonly limit: number;
  }): Promise<ContentLink[]>;
  /** Those of the contents, by their integers, that a manifest of some visible repository needs. */
  needed(contentIds: readonly number[], visible: Visibility): Promise<number[]>;
}
