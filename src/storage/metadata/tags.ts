import type { Digest } from "../../oci/digest.ts";
import type { RepositoryName } from "../../oci/name.ts";
import type { Tag } from "../../oci/tag.ts";
import type { TagClass, TagRule } from "../../oci/tag-class.ts";
import type { Awaitable } from "../awaitable.ts";
import type { PolicyFinding } from "./catalog/policies.ts";
import type { ManifestSummary } from "./manifests.ts";
import type { Actor, Millis, Page, Position } from "./records.ts";

export type TagOperation = "create" | "move" | "delete" | "restore";

export interface TagEvent {
  readonly id: number;
  readonly tag: Tag;
  readonly operation: TagOperation;
  readonly from: Digest | undefined;
  readonly to: Digest | undefined;
  readonly actor: string;
  readonly at: Millis;
}

/** A tag with what the catalog knows of it. */
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

/** All given conditions hold (AND); of a list of values one suffices (OR), unless it says otherwise. */
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

/** What of a tag is to be changed. */
interface TagChange {
  readonly repository: RepositoryName;
  readonly tag: Tag;
  readonly actor: Actor;
  readonly now: Millis;
}

/** Tags, what they pointed to before, and how often they are pulled. Every change of a tag is an event of its history. */
export interface TagStore {
  /** Tags in ASCII order; undefined when the repository is unknown. */
  list(repository: RepositoryName, page: Page): Awaitable<Tag[] | undefined>;
  /** Undefined when the repository is unknown. */
  listRows(query: TagQuery): Promise<TagPage | undefined>;
  row(repository: RepositoryName, tag: Tag): Promise<TagRow | undefined>;
  /** Tags that point to a manifest, at most `limit`, by name. */
  listOf(repository: RepositoryName, digest: Digest, limit: number): Promise<Tag[]>;
  /** Newest first; outlives tag and manifest. `before` is an event id, exclusive. */
  listEvents(repository: RepositoryName, tag: Tag | undefined, page: { readonly before?: number | undefined; readonly limit: number }): Promise<TagEvent[]>;

  /** Points a tag to a manifest of the repository under the version and type policies. `unknown`: there is no such manifest. */
  put(
    request: TagChange & { readonly digest: Digest },
  ): Promise<
    | { readonly outcome: "stored"; readonly warnings: readonly PolicyFinding[] }
    | { readonly outcome: "unknown" }
    | { readonly outcome: "refused"; readonly finding: PolicyFinding }
  >;
  /** Points a tag to a manifest that the repository still has, deleted or not, under the version and type policies. `gone`: its content was collected. */
  restore(
    request: TagChange & { readonly digest: Digest },
  ): Promise<
    | { readonly outcome: "restored"; readonly warnings: readonly PolicyFinding[] }
    | { readonly outcome: "same" | "gone" }
    | { readonly outcome: "refused"; readonly finding: PolicyFinding }
  >;
  /** False when there is no such tag. */
  delete(request: TagChange): Promise<boolean>;
  /** Removes those tags that still point to the digest given, at most 1000 in one call; returns which. */
  prune(request: {
    readonly repository: RepositoryName;
    readonly tags: readonly { readonly tag: Tag; readonly digest: Digest }[];
    readonly actor: Actor;
    readonly now: Millis;
  }): Promise<Tag[]>;
  /**
   * Adds to the counts of pulls; relaxed.
   * @param once names the batch, so that it can be sent again where nobody knows whether it was counted: a number that grows with each
   * batch of one process
   */
  countPulls(
    pulls: readonly { readonly repository: RepositoryName; readonly tag: Tag | undefined; readonly count: number; readonly at: Millis }[],
    once?: { readonly counter: string; readonly batch: number; readonly at: Millis },
  ): Promise<void>;
}
