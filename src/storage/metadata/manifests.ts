import type { ArtifactFacts } from "../../artifacts/facts.ts";
import type { Platform } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import type { EdgeKind, ManifestEdge } from "../../oci/manifest.ts";
import type { ManifestKind } from "../../oci/media-types.ts";
import type { RepositoryName } from "../../oci/name.ts";
import type { Tag } from "../../oci/tag.ts";
import type { TagCondition } from "../../oci/tag-condition.ts";
import type { Awaitable } from "../awaitable.ts";
import type { Labels } from "./catalog/definitions.ts";
import type { PolicyFinding } from "./catalog/policies.ts";
import type { Actor, Millis, Page } from "./records.ts";

export interface ManifestRecord {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly size: number;
  readonly body: Uint8Array<ArrayBuffer>;
  /** No tag points to it any more, so the collector may remove it one day: see `BlobStore.renew`. */
  readonly untagged: boolean;
}

export interface Referrer {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly size: number;
  /** As referrer lists show it: the manifest's own, else for an image that of its config. */
  readonly artifactType: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Edge {
  readonly kind: EdgeKind;
  readonly position: number;
  readonly digest: Digest;
  readonly size: number;
  readonly mediaType: string;
  readonly artifactType: string | undefined;
  readonly platform: Platform | undefined;
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

export interface ManifestPut {
  readonly repository: RepositoryName;
  readonly digest: Digest;
  readonly mediaType: string;
  readonly kind: "image" | "index";
  /** The document's own artifactType. */
  readonly artifactType: string | undefined;
  readonly configMediaType: string | undefined;
  readonly subject: Digest | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  readonly edges: readonly ManifestEdge[];
  readonly body: Uint8Array;
  /** Tags to point to it, in the same transaction. */
  readonly tags: readonly Tag[];
  /** Store nothing where one of the tags points to something else and does not meet this. */
  readonly condition?: TagCondition | undefined;
  /** What it says about itself; undefined: nobody has read it, and `listWithoutFacts` names it. */
  readonly facts?: ArtifactFacts | undefined;
  /** Why it may not carry the type it has, when it is tagged and no referrer: a matter of the project's type policy. */
  readonly typeProblem?: string | undefined;
  /** Store nothing, and say what would come of it; content need not be there. */
  readonly dryRun?: boolean;
  readonly actor: Actor;
  readonly now: Millis;
}

export type ManifestPutResult =
  /** Of a dry run: nothing forbids it, once the missing contents are there. */
  | { readonly outcome: "acceptable"; readonly missing: readonly Digest[]; readonly warnings: readonly PolicyFinding[] }
  /** Visible, with all its tags. `created` is false when the repository had this manifest before. */
  | { readonly outcome: "stored"; readonly created: boolean; readonly warnings: readonly PolicyFinding[] }
  /** Nothing was stored: a policy of the project forbids it. */
  | { readonly outcome: "refused"; readonly finding: PolicyFinding }
  /** Nothing was stored: this tag points to that, or is not there, and does not meet the condition. */
  | { readonly outcome: "unmet"; readonly tag: Tag; readonly digest: Digest | undefined }
  /** Nothing was stored: these required contents are not in the repository. */
  | { readonly outcome: "missing"; readonly digests: readonly Digest[] };

/** Manifests of repositories: their bodies, what they point to, and what points to them as their subject. */
export interface ManifestStore {
  findByTag(repository: RepositoryName, tag: Tag): Awaitable<ManifestRecord | undefined>;
  findByDigest(repository: RepositoryName, digest: Digest): Awaitable<ManifestRecord | undefined>;
  summary(repository: RepositoryName, digest: Digest): Promise<ManifestSummary | undefined>;
  /** What a manifest points to, in the document's order. */
  edges(repository: RepositoryName, digest: Digest): Promise<Edge[]>;
  /** Manifests whose subject is `digest`, by digest. The page's `after` is a digest. Empty for an unknown repository. */
  listReferrers(repository: RepositoryName, digest: Digest, page: Page & { readonly artifactType?: string | undefined }): Awaitable<Referrer[]>;
  /** Effective types of a manifest and of what it lists, each once; deleted ones, also with their repository, still count. */
  types(repository: RepositoryName, digest: Digest): Promise<string[]>;
  /** Visible manifests whose content no extractor has read, oldest first. */
  listWithoutFacts(limit: number): Promise<{ readonly repository: RepositoryName; readonly digest: Digest; readonly pushedBy: string }[]>;

  /** Stores a manifest with its edges, its tags and what it says of itself, if all that it needs is in the repository and no policy forbids it. */
  put(put: ManifestPut): Promise<ManifestPutResult>;
  /** Stores what extractors read of a manifest that is there; relaxed. */
  putFacts(request: { readonly repository: RepositoryName; readonly digest: Digest; readonly facts: ArtifactFacts }): Promise<void>;
  /** Removes the manifest and every tag that points to it. False when the repository does not have it. */
  delete(request: { readonly repository: RepositoryName; readonly digest: Digest; readonly actor: Actor; readonly now: Millis }): Promise<boolean>;
}
